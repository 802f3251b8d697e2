import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJournal } from '../../src/journal/file.ts';
import { lockDirectory } from '../../src/ports/lock.ts';
import { Bench, endOf, policyPlan } from '../fakes/executor.ts';
import { forge } from './audit/journal.ts';

let directory = '';
let bench: Bench;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'opening-'));
  bench = new Bench(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const plan = policyPlan(['one', 'two']);

describe('opening a run', () => {
  it('is refused while another process holds the lock', async () => {
    // SQLite's lock is one of processes: a second handle of this one is refused as well.
    const lock = lockDirectory(directory, () => 0);
    expect(await endOf(bench.forward(plan))).toEqual(['MW1601', 6]);
    lock.release();
    expect(await bench.forward(plan)).toBe('end');
  });

  it('is refused while the run of another plan is under way', async () => {
    await bench.forward(plan, 'one');
    expect(await endOf(bench.forward(policyPlan(['three'])))).toEqual(['MW1603', 7]);
  });

  it('is refused for a single stage when those before it are not done', async () => {
    expect(await endOf(bench.go(plan, { direction: 'forward', to: 'two', only: true }))).toEqual(['MW1318', 64]);
    await bench.forward(plan, 'one');
    expect(await bench.go(plan, { direction: 'forward', to: 'two', only: true })).toBe('end');
  });

  it('has nothing to roll back before anything was applied', async () => {
    expect(await endOf(bench.back(plan))).toEqual(['MW1607', 64]);
  });

  it('stops with MW1604 when a begun step has another hash', async () => {
    await bench.forward(plan, 'one');
    const run = (await readdir(join(directory, 'runs')))[0] ?? '';
    const path = join(directory, 'runs', run, 'journal.jsonl');
    const entries = await readJournal(path);
    const last = entries.findLastIndex(({ type }) => type === 'result');
    await forge(path, [...entries.slice(0, last), { ...entries[last], stepHash: `sha256:${'0'.repeat(64)}` }]);
    expect(await endOf(bench.forward(plan))).toEqual(['MW1604', 7]);
  });
});
