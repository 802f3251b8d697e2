import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from '@oclif/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../../scripts/docs/source-commands.ts';
import { root } from '../run-mesh.ts';

const run = promisify(execFile);
let commands: Command.Loadable[] = [];

/** In a process of its own: Node loads the sources there as it does for a user, not as vitest transforms them. */
async function describeCommands(): Promise<Command.Loadable[]> {
  const { stdout } = await run(process.execPath, ['scripts/docs.ts', '--commands'], { cwd: root });
  return JSON.parse(stdout) as Command.Loadable[];
}

describe('the documentation', () => {
  beforeAll(async () => {
    commands = await describeCommands();
  });

  it('is what npm run docs writes', async () => {
    const { stdout } = await run(process.execPath, ['scripts/docs.ts', '--check'], { cwd: root }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });

  it('has every command, with a summary and an example', () => {
    const page = readFileSync(join(root, 'docs', 'commands.md'), 'utf8');
    for (const { id, summary, examples } of commands) {
      expect(summary, id).toMatch(/\.$/);
      expect(examples?.length ?? 0, `${id} has examples`).toBeGreaterThan(0);
      expect(page, id).toContain(`## ${commandLine(id)}\n`);
    }
  });

  it('describes every flag and argument', () => {
    const undescribed = commands.flatMap(({ id, flags, args }) =>
      [...Object.values(flags), ...Object.values(args)]
        .filter(({ description }) => !description)
        .map(({ name }) => `${id} ${name}`),
    );
    expect(undescribed).toEqual([]);
  });

  it('has --json and --output on every command', () => {
    for (const { id, flags } of commands)
      expect(Object.keys(flags), id).toEqual(expect.arrayContaining(['json', 'output']));
  });
});
