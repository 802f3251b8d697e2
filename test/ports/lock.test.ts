import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from '../../src/ports/lock.ts';
import { root } from '../run-mesh.ts';

const now = (): number => Date.UTC(2026, 0, 1);
const holder = `import { lockDirectory } from ${JSON.stringify(join(root, 'src', 'ports', 'lock.ts'))};
lockDirectory(process.argv[1], () => 0);
console.log('held');
setInterval(() => {}, 1000);`;

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lock-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** A process of its own that holds the lock, and how it is killed. */
async function heldElsewhere(): Promise<{ pid: number | undefined; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', holder, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('the holder ended')));
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    pid: child.pid,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('the lock of a state directory', () => {
  it('is refused while another process holds it, and says which', async () => {
    const other = await heldElsewhere();
    try {
      expect(() => lockDirectory(directory, now)).toThrow(
        expect.objectContaining({ code: 'MW1601', causeText: expect.stringContaining(`process ${other.pid} on `) }),
      );
    } finally {
      await other.kill();
    }
  });

  it('is free as soon as its holder is killed', async () => {
    const other = await heldElsewhere();
    await other.kill();
    lockDirectory(directory, now).release();
  });

  it('is refused within the same process too, until it is released', () => {
    const lock = lockDirectory(directory, now);
    expect(() => lockDirectory(directory, now)).toThrow(expect.objectContaining({ code: 'MW1601' }));
    lock.release();
    lockDirectory(directory, now).release();
  });

  it('makes the directory when it is not there, and locks each for itself', () => {
    const locks = ['one', 'two'].map((name) => lockDirectory(join(directory, 'new', name), now));
    for (const lock of locks) lock.release();
  });
});
