import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Journal, readJournal } from '../../src/journal/file.ts';
import { fold } from '../../src/journal/fold.ts';
import { listRuns } from '../../src/journal/runs.ts';
import { sha256Hex } from '../../src/ports/hash.ts';

/** Of version 0.1.0: applied, and killed on its way back in the middle of its last step but one. */
const OLD = join(import.meta.dirname, '..', 'fixtures', 'journal', 'format-1.jsonl');
const RUN = 'shop-cf9cde';

let stateDir = '';
let path = '';
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'journal-versions-'));
  path = join(stateDir, 'runs', RUN, 'journal.jsonl');
  await mkdir(join(path, '..'), { recursive: true });
});
afterEach(() => rm(stateDir, { recursive: true }));

/** Adds a line as another version would: chained to what is there. */
async function add(line: object): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1);
  const last = lines.at(-1);
  const prevHash = last === undefined ? '0'.repeat(64) : sha256Hex(last);
  const head = { seq: lines.length + 1, at: '2030-01-01T00:00:00.000Z', run: RUN, token: 9, ...line, prevHash };
  const whole = `${text}${JSON.stringify(head)}\n`;
  await writeFile(path, whole);
  return whole;
}

describe('a journal that an earlier version began', () => {
  it('is read, says where the run stands, and is carried on with', async () => {
    await copyFile(OLD, path);
    const [run] = await listRuns(stateDir);
    expect(run).toMatchObject({ run: RUN, estate: 'shop', plan: 'shop' });
    const steps = Object.fromEntries(
      [...(run?.state.steps ?? [])].map(([id, { status, direction }]) => [id, `${direction} ${status}`]),
    );
    expect(steps).toEqual({ 'enforce/strict-vm': 'apply done', 'enforce/strict-pods': 'revert unknown' });
    expect(run?.state.goal).toMatchObject({ direction: 'back', to: null });
    const journal = await Journal.open(path, RUN, () => 0);
    expect(journal.token).toBe(3);
    await journal.append({ type: 'note', note: { about: 'asked', step: 'enforce/strict-pods', answer: 'done' } });
    await journal.close();
    const asked = fold(await readJournal(path)).steps.get('enforce/strict-pods');
    expect(asked).toMatchObject({ status: 'unknown', asked: { answer: 'done', seq: 14 } });
  });
});

describe('a journal that a newer version wrote', () => {
  const opened = { about: 'opened', format: 99, plan: 'shop', planDigest: 'sha256:x', estate: 'shop', tool: '9.0.0' };
  const refused = async (what: string): Promise<void> => {
    const error = { code: 'MW1626', causeText: expect.stringContaining(what) as string };
    await expect(readJournal(path)).rejects.toMatchObject(error);
    await expect(Journal.open(path, RUN, () => 0)).rejects.toMatchObject(error);
    await expect(listRuns(stateDir)).rejects.toMatchObject(error);
  };

  it.each([
    ['a newer format', { type: 'note', note: opened }, 'format 99'],
    ['a new type of entry', { type: 'wish', of: 'x' }, 'entry of type wish'],
    ['a new note', { type: 'note', note: { about: 'dreamt' } }, 'note of type dreamt'],
    ['a new field', { type: 'gate', of: 'x', outcome: 'pass', verdicts: [], mood: 'good' }, 'entry of type gate'],
  ])('is refused and left as it is, with %s as its only line', async (_, line, what) => {
    const whole = await add(line);
    await refused(what);
    expect(await readFile(path, 'utf8')).toBe(whole);
  });

  it('is refused and left as it is, with a new entry as its last line, or in the middle', async () => {
    await copyFile(OLD, path);
    const whole = await add({ type: 'wish', of: 'x' });
    await refused('line 14');
    expect(await readFile(path, 'utf8')).toBe(whole);
    await add({ type: 'note', note: { about: 'interrupted', signal: 'SIGINT' } });
    await refused('line 14');
  });

  it('is not what a damaged line is taken for', async () => {
    await copyFile(OLD, path);
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text}{"seq":3,"type":"wish"}\n${text.split('\n')[0]}\n`);
    await expect(readJournal(path)).rejects.toMatchObject({ code: 'MW1602' });
  });
});
