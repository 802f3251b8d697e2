import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  appendLines,
  makePrivateDirectory,
  readTextFile,
  removeDirectory,
  writeFileAtomically,
} from '../../src/ports/files.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'meshway-files-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('replaces a file with the mode asked for, and leaves nothing else', async () => {
  const path = join(directory, 'a.json');
  writeFileSync(path, 'old', { mode: 0o644 });
  await writeFileAtomically(path, 'new', 0o600);
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['a.json']);
});

test('a file that cannot be written is MW1016', async () => {
  await expect(writeFileAtomically(join(directory, 'none', 'a'), 'x')).rejects.toMatchObject({ code: 'MW1016' });
});

test('missing is MW1010, too large MW1015', async () => {
  const path = join(directory, 'b');
  await expect(readTextFile(path, 10)).rejects.toMatchObject({ code: 'MW1010' });
  await appendLines(path, ['0123456789']);
  await expect(readTextFile(path, 10)).rejects.toMatchObject({ code: 'MW1015' });
  expect(await readTextFile(path, 11)).toBe('0123456789\n');
});

test('a private directory is for this user only', async () => {
  const path = await makePrivateDirectory();
  expect(statSync(path).mode & 0o777).toBe(0o700);
  await removeDirectory(path);
});
