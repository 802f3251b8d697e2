import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal, readJournal } from '../../src/journal/file.ts';

let directory = '';
let path = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'journal-'));
  path = join(directory, 'runs', 'r', 'journal.jsonl');
});
afterEach(() => rm(directory, { recursive: true }));

const holder = { type: 'note', note: { about: 'holder', pid: 1, host: 'h' } } as const;
async function write(count: number): Promise<void> {
  const journal = await Journal.open(path, 'r', () => 0);
  for (let at = 0; at < count; at += 1) await journal.append(holder);
  await journal.close();
}

describe('the journal', () => {
  it('gives every holder a greater token and chains the lines', async () => {
    await write(2);
    await write(1);
    const entries = await readJournal(path);
    expect(entries.map(({ seq, token }) => [seq, token])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ]);
    expect(entries[0]?.prevHash).toBe('0'.repeat(64));
    expect(new Set(entries.map(({ prevHash }) => prevHash)).size).toBe(3);
  });

  it('cuts off a last line torn at any byte, and goes on', async () => {
    await write(2);
    const whole = await readFile(path);
    const firstLine = whole.indexOf('\n') + 1;
    for (let at = firstLine + 1; at < whole.length; at += 1) {
      await writeFile(path, whole.subarray(0, at));
      await write(1);
      expect((await readJournal(path)).map(({ seq }) => seq)).toEqual([1, 2]);
    }
  });

  it('cuts off a last line that is whole but not an entry', async () => {
    await write(1);
    await appendFile(path, '{"seq":\n');
    await write(1);
    expect(await readJournal(path)).toHaveLength(2);
  });

  it.each([
    ['changed', (lines: string[]) => [lines[0]?.replace('"h"', '"x"'), ...lines.slice(1)]],
    ['missing', (lines: string[]) => lines.slice(1)],
    ['in another order', (lines: string[]) => [lines[1], lines[0], lines[2]]],
    ['not an entry', (lines: string[]) => ['{}', ...lines.slice(1)]],
  ])('refuses a journal with a line that is %s', async (_, damage) => {
    await write(3);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    await writeFile(path, `${damage(lines).join('\n')}\n`);
    await expect(readJournal(path)).rejects.toMatchObject({ code: 'MW1602' });
    await expect(Journal.open(path, 'r', () => 0)).rejects.toMatchObject({ code: 'MW1602' });
  });

  it('says with a code that it cannot be written', async () => {
    await writeFile(join(directory, 'file'), '');
    await expect(Journal.open(join(directory, 'file', 'journal.jsonl'), 'r', () => 0)).rejects.toMatchObject({
      code: 'MW1605',
    });
  });
});
