import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEntries } from '../../../src/execute/audit/audit.ts';
import type { Entry } from '../../../src/journal/entry.ts';
import { proveJournal, readJournal } from '../../../src/journal/file.ts';
import { journalPath } from '../../../src/journal/runs.ts';
import { runNames } from '../../../src/journal/runs.ts';
import { Bench, policyPlan } from '../../fakes/executor.ts';
import { type Forged, forge } from './journal.ts';

const plan = policyPlan(['one', 'two', 'three']);
let stateDir = '';
let path = '';
let entries: Entry[] = [];

/** A run with all that a journal has: a gate that fails and sends its stage back, a second process, and the whole way back. */
beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'audit-'));
  const bench = new Bench(stateDir);
  await bench.forward(plan, 'one');
  bench.metrics = (query) => (query === 'total' ? 100 : 0.5);
  await bench.forward(plan).catch(() => undefined);
  bench.metrics = (query) => (query === 'total' ? 100 : 0);
  await bench.forward(plan);
  await bench.back(plan);
  const [run = ''] = await runNames(stateDir);
  path = journalPath(stateDir, run);
  entries = await readJournal(path);
});
afterAll(() => rm(stateDir, { recursive: true }));

const find = (is: (entry: Entry) => boolean): number => {
  const at = entries.findIndex(is);
  expect(at).toBeGreaterThan(-1);
  return at;
};
const about = (name: string) => (entry: Entry) => entry.type === 'note' && entry.note.about === name;

describe('a journal that a run wrote', () => {
  it('proves true, with its plan', async () => {
    const { entries: proved, tornBytes } = await proveJournal(path);
    expect(proved.some((entry) => entry.type === 'gate' && entry.outcome === 'fail')).toBe(true);
    expect([auditEntries(proved, plan), tornBytes]).toEqual([undefined, 0]);
  });

  it('does not with any byte changed', { timeout: 120_000 }, async () => {
    const good = await readFile(path);
    const lastLine = good.lastIndexOf('\n', good.length - 2) + 1;
    const newlines = [...good.keys()].filter((at) => good[at] === 0x0a);
    const anywhere = fc.oneof(
      fc.nat(good.length - 1),
      fc.integer({ min: lastLine, max: good.length - 1 }),
      fc.constantFrom(...newlines),
    );
    const copy = join(stateDir, 'changed.jsonl');
    const change = fc.tuple(anywhere, fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([at, by]) => {
        const changed = Buffer.from(good);
        changed[at] = (changed[at] ?? 0) ^ by;
        await writeFile(copy, changed);
        await expect(proveJournal(copy)).rejects.toMatchObject({
          code: expect.stringMatching(/^MW16(02|26)$/) as string,
        });
      }),
      { numRuns: 1_500 },
    );
  });

  it('cut at any byte of its last line is told apart from one that was changed', async () => {
    const good = await readFile(path);
    const lastLine = good.lastIndexOf('\n', good.length - 2) + 1;
    const copy = join(stateDir, 'torn.jsonl');
    for (let end = lastLine; end < good.length; end += 1) {
      await writeFile(copy, good.subarray(0, end));
      expect((await proveJournal(copy)).tornBytes).toBe(end - lastLine);
    }
    for (const rest of ['garbage', '{"seq":1,"at":"', `${good.subarray(lastLine).toString('utf8').trimEnd()}x`]) {
      await writeFile(copy, Buffer.concat([good.subarray(0, lastLine), Buffer.from(rest)]));
      await expect(proveJournal(copy)).rejects.toMatchObject({ code: 'MW1602' });
    }
  });
});

/** What a forger does, who knows the format and makes the chain anew. */
const forgeries: [string, RegExp, (all: Forged[]) => unknown][] = [
  ['leaves out the first line', /begins with the note/, (all) => all.shift()],
  ['opens it twice', /opened a second time/, (all) => all.splice(3, 0, all[0] ?? {})],
  [
    'leaves out a result',
    /has no result/,
    (all) =>
      all.splice(
        find(({ type }) => type === 'result'),
        1,
      ),
  ],
  [
    'leaves out an intent',
    /without its intent/,
    (all) =>
      all.splice(
        find(({ type }) => type === 'intent'),
        1,
      ),
  ],
  [
    'makes a failed attempt of another',
    /without its intent/,
    (all) =>
      set(
        all,
        find(({ type }) => type === 'result'),
        { attempt: 9 },
      ),
  ],
  ['names a step that is none', /has no step/, (all) => setStep(all, { step: 'one/nothing' })],
  [
    'changes the hash of a step',
    /and sha256:.* in the plan/,
    (all) => setStep(all, { stepHash: `sha256:${'0'.repeat(64)}` }),
  ],
  ['turns a step round', /begins one\/strict \(revert/, (all) => setStep(all, { direction: 'revert' })],
  [
    'leaves out a gate',
    /where a run asks gate one/,
    (all) =>
      all.splice(
        find(({ type }) => type === 'gate'),
        1,
      ),
  ],
  [
    'makes a failed gate pass',
    /where a run/,
    (all) =>
      set(
        all,
        find((entry) => entry.type === 'gate' && entry.outcome === 'fail'),
        { outcome: 'pass' },
      ),
  ],
  ['leaves out the bake', /where a run begins to watch one/, (all) => all.splice(find(about('baking')), 1)],
  ['shortens a bake', /where a run waits for one/, (all) => shorten(all)],
  ['lets the token go back', /of a former holder/, (all) => set(all, all.length - 1, { token: 1 })],
  [
    'takes over in silence',
    /nobody took the run over/,
    (all) =>
      set(
        all,
        find(({ type }) => type === 'gate'),
        { token: 9 },
      ),
  ],
  [
    'sets a time back',
    /by the same process/,
    (all) =>
      set(
        all,
        find(({ type }) => type === 'result'),
        { at: '2001-01-01T00:00:00.000Z' },
      ),
  ],
  [
    'sets a goal by itself',
    /nobody who took the run over/,
    (all) =>
      all.splice(
        find(({ type }) => type === 'gate'),
        0,
        goalOf(all),
      ),
  ],
  ['finishes too soon', /notes `finished`/, (all) => finishEarly(all)],
  [
    'approves another plan',
    /not the plan of this run/,
    (all) =>
      all.splice(3, 0, {
        ...all[2],
        type: 'approval',
        note: undefined,
        stage: 'one',
        planDigest: 'sha256:x',
        by: 'ann',
      }),
  ],
];
const set = (all: Forged[], at: number, fields: Forged): unknown => (all[at] = { ...all[at], ...fields });
const goalOf = (all: Forged[]): Forged => ({ ...all[find(({ type }) => type === 'gate')], ...pick(all[2]) });
const pick = ({ type, note }: Forged = {}): Forged => ({
  type,
  note,
  of: undefined,
  outcome: undefined,
  verdicts: undefined,
});

function setStep(all: Forged[], fields: Forged): void {
  set(
    all,
    find(({ type }) => type === 'intent'),
    fields,
  );
  set(
    all,
    find(({ type }) => type === 'result'),
    fields,
  );
}

function shorten(all: Forged[]): void {
  const gate = find(({ type }) => type === 'gate');
  const { at } = all[gate - 1] ?? {};
  for (let index = gate; all[index]?.['token'] === all[gate]?.['token']; index += 1) set(all, index, { at });
}

function finishEarly(all: Forged[]): void {
  const finished = all[find(about('finished'))];
  all.splice(
    find(({ type }) => type === 'gate'),
    0,
    { ...finished, at: all[find(about('baking'))]?.['at'] },
  );
}

describe('a journal that somebody wrote anew, with a good chain', () => {
  it.each(forgeries)('who %s is found', async (_, reason, bend) => {
    const copy = join(stateDir, 'forged.jsonl');
    const forged = entries.map((entry) => ({ ...entry }));
    bend(forged);
    await forge(copy, forged);
    const { entries: proved } = await proveJournal(copy);
    expect(auditEntries(proved, plan)?.reason).toMatch(reason);
  });

  it('is none when nothing was changed', async () => {
    const copy = join(stateDir, 'same.jsonl');
    await forge(copy, entries);
    expect(auditEntries((await proveJournal(copy)).entries, plan)).toBeUndefined();
  });
});
