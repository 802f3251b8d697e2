import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from '@oclif/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { root } from '../run-mesh.ts';

const run = promisify(execFile);
const pages = [
  'README.md',
  ...globSync('docs/**/*.md', { cwd: root }).filter((page) => page !== 'docs/commands.md'),
  'scripts/demo.ts',
];
let commands: Command.Loadable[] = [];

/** Command lines of `mesh` in a page: in blocks, between backticks, and after `npx`. */
function commandLines(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const inBlocks = [...text.matchAll(/^ *(?:npx )?mesh ([^#\n]+)/gm)].map(([, line]) => line ?? '');
  const inline = page.endsWith('.md') ? [...text.matchAll(/`mesh ([^`\n]+)`/g)].map(([, line]) => line ?? '') : [];
  return [...inBlocks, ...inline].filter((line) => /^[a-z]/.test(line));
}

/** What is wrong with a command line, or nothing. */
function problemOf(line: string): string | undefined {
  const words = line
    .replace(/[|;].*$/, '')
    .replace(/ {2}.*$/, '')
    .trim()
    .split(/\s+/);
  const command = commands.find(({ id }) => words.slice(0, id.split(':').length).join(':') === id);
  if (command === undefined) return `mesh ${line}: no such command`;
  const flags = Object.values(command.flags);
  const isFlag = (word: string): boolean =>
    flags.some(({ name, char }) => word === `--${name}` || (char !== undefined && word === `-${char}`));
  const unknown = words.filter((word) => /^--?[a-z]/.test(word)).find((word) => !isFlag(word));
  return unknown === undefined ? undefined : `mesh ${line}: no flag ${unknown}`;
}

describe('command lines in the documentation', () => {
  beforeAll(async () => {
    const { stdout } = await run(process.execPath, ['scripts/docs.ts', '--commands'], { cwd: root });
    commands = JSON.parse(stdout) as Command.Loadable[];
  });

  it('are found', () => {
    expect(commandLines('README.md').length).toBeGreaterThan(8);
    expect(commandLines('scripts/demo.ts').length).toBeGreaterThan(3);
  });

  it.each(pages)('are such as mesh takes: %s', (page) => {
    expect(commandLines(page).flatMap((line) => problemOf(line) ?? [])).toEqual([]);
  });
});
