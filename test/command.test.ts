import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toMeshError } from '../src/command.ts';
import { meshError } from '../src/errors/mesh-error.ts';
import { runMesh } from './run-mesh.ts';

describe('exit status', () => {
  it.each([
    ['an unknown command', ['nonsense'], 'MW1002'],
    ['an unknown command of a topic', ['migrate', 'nonsense'], 'MW1002'],
    ['help for an unknown command', ['nonsense', '--help'], 'MW1002'],
    ['an unknown flag', ['doctor', '--nonsense'], 'MW1001'],
    ['a value that is not offered', ['doctor', '--output', 'xml'], 'MW1001'],
    ['flags that exclude each other', ['doctor', '--json', '--output', 'jsonl'], 'MW1001'],
  ])('is 64 for %s', async (_, args, code) => {
    const { exitCode, stdout, stderr } = await runMesh(args);
    expect(`${stdout}${stderr}`).toContain(code);
    expect(exitCode).toBe(64);
  });

  it('is 0 for help and version', async () => {
    const [help, version] = await Promise.all([runMesh(['--help']), runMesh(['--version'])]);
    expect([help.exitCode, version.exitCode]).toEqual([0, 0]);
    expect(version.stdout).toContain('meshway/');
  });
});

describe('errors before a command runs', () => {
  it('are a JSON document with --json', async () => {
    const { stdout } = await runMesh(['nonsense', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'MW1002', exit: 64 } });
  });
});

describe('toMeshError', () => {
  it('leaves coded errors alone', () => {
    const error = meshError('MW1901');
    expect(toMeshError(error)).toBe(error);
  });

  it('takes what nobody foresaw for a bug', () => {
    const error = toMeshError(new TypeError('x is not a function'));
    expect(error).toMatchObject({ code: 'MW1999', exit: 70, causeText: 'TypeError: x is not a function' });
    expect(toMeshError('thrown text').exit).toBe(70);
  });
});

describe('an interrupted command', () => {
  it.each([
    ['SIGINT', 130, 'MW1901'],
    ['SIGTERM', 143, 'MW1902'],
  ] as const)('by %s ends with %i', async (signal, status, code) => {
    const bin = mkdtempSync(join(tmpdir(), 'mesh-interrupted-'));
    const started = join(bin, 'started');
    writeFileSync(join(bin, 'ssh'), `#!/bin/sh\n: > '${started}'\nexec /bin/sleep 30\n`, { mode: 0o755 });
    try {
      const run = runMesh(['doctor', '--json'], {
        env: { PATH: bin },
        onSpawn: (child) => void waitForFile(started).then(() => child.kill(signal)),
      });
      const { exitCode, stdout } = await run;
      expect(JSON.parse(stdout)).toMatchObject({ error: { code, exit: status } });
      expect(exitCode).toBe(status);
    } finally {
      rmSync(bin, { recursive: true });
    }
  });
});

async function waitForFile(file: string): Promise<void> {
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
}
