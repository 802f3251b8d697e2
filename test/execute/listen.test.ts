import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vetoOf } from '../../src/commands/migrate/_veto.ts';
import { approvalOfFlag, approvalsOfFile, matchApproval } from '../../src/execute/approvals.ts';
import { watchedClock } from '../../src/execute/watch-meanwhile.ts';
import { requestBox, requestId } from '../../src/journal/request-box.ts';
import type { Request } from '../../src/journal/request.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { isHeld, lockDirectory } from '../../src/ports/lock.ts';
import { codeOf } from '../fakes/code-of.ts';
import { Bench, policyPlan } from '../fakes/executor.ts';
import { shopEstate } from '../fakes/shop.ts';

let directory = '';
let bench: Bench;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'listen-'));
  bench = new Bench(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const plan = policyPlan(['one', 'two']);
const saying = (action: 'pause' | 'resume' | 'abort'): Request => ({
  action,
  id: requestId(bench.now++),
  by: 'ann',
  why: 'a test',
});

/** The plan, its second stage waiting for a person. */
const waiting = (): MigrationPlan => ({
  ...plan,
  stages: plan.stages.map((stage, at) => (at === 1 ? { ...stage, approval: 'it is the shop' } : stage)),
});

describe('what people say to a run', () => {
  it('is taken once, whatever dies between the entry and the end of its file', async () => {
    const box = requestBox(directory, plan);
    bench.people = { requests: { ...box, remove: () => Promise.reject(new Error('killed here')) } };
    await box.put(saying('pause'));
    await expect(bench.forward(plan)).rejects.toThrow('killed here');
    bench.people = { requests: box };
    expect(await codeOf(bench.forward(plan))).toBe('MW1417');
    expect(await box.waiting()).toEqual([]);
    const [run = ''] = await readdir(join(directory, 'runs'));
    const journal = await readFile(join(directory, 'runs', run, 'journal.jsonl'), 'utf8');
    expect(journal.match(/"about":"control"/g)).toHaveLength(1);
    expect(bench.policies()).toEqual([]);
    await box.put(saying('resume'));
    expect(await bench.forward(plan)).toBe('end');
  });

  it('reaches no other plan', async () => {
    await requestBox(directory, { ...plan, digest: `sha256:${'0'.repeat(64)}` }).put(saying('pause'));
    bench.people = { requests: requestBox(directory, plan) };
    expect(await bench.forward(plan)).toBe('end');
  });

  it('is not taken from a file that somebody wrote by hand, which stays', async () => {
    const box = requestBox(directory, plan);
    await box.put(saying('pause'));
    const [name = ''] = await readdir(join(directory, 'requests'));
    await box.remove((await box.waiting())[0]?.id ?? '');
    await writeFile(join(directory, 'requests', name, '000000000000001-abcdef01.json'), '{"action":"pause"}');
    expect(await box.waiting()).toEqual([]);
    expect(await readdir(join(directory, 'requests', name))).toHaveLength(1);
  });

  it('lets a stage begin that waits for approval', async () => {
    const held = waiting();
    const box = requestBox(directory, held);
    bench.people = { requests: box };
    expect(await codeOf(bench.forward(held))).toBe('MW1416');
    expect(bench.policies()).toEqual(['one']);
    await box.put({ action: 'approve', id: requestId(1), by: 'ann', stage: 'two', planDigest: held.digest });
    expect(await bench.forward(held)).toBe('end');
  });

  it('takes the stage under way back after an abort, with 4', async () => {
    const box = requestBox(directory, plan);
    bench.people = { requests: box };
    bench.metrics = async (query) => {
      // The second gate has no data, so that it is asked again until somebody aborts.
      const isSecond = bench.policies().length === 2;
      if (isSecond && query === 'total') await box.put(saying('abort'));
      return query !== 'total' ? 0 : isSecond ? null : 100;
    };
    expect(await codeOf(bench.forward(plan))).toBe('MW1415');
    expect(bench.policies()).toEqual(['one']);
  });
});

describe('a wait for somebody', () => {
  it('hears within a second what is said meanwhile', async () => {
    const held = waiting();
    const box = requestBox(directory, held);
    bench.people = { requests: box };
    const began = bench.now;
    const { clock } = bench;
    const sleep = clock.sleep;
    clock.sleep = async (ms) => {
      if (bench.now - began > 30_000 && bench.now - began < 33_000)
        await box.put({
          action: 'approve',
          id: requestId(bench.now),
          by: 'ann',
          stage: 'two',
          planDigest: held.digest,
        });
      return await sleep(ms);
    };
    expect(await bench.go(held, { direction: 'forward', to: null, waitMs: 3_600_000 })).toBe('end');
    expect(bench.now - began).toBeLessThan(40_000);
    expect(bench.events).toContainEqual(expect.objectContaining({ event: 'waiting', held: 'approval' }));
  });
});

describe('a veto', () => {
  const loaded = (vetoFile: string) => {
    const estate = shopEstate();
    return { estate: { ...estate, policy: { ...estate.policy, vetoFile } }, file: join(directory, 'estate.yaml') };
  };

  it('is a file in the state directory, or the one that the estate names, with its reason', async () => {
    const veto = vetoOf(directory, loaded('shared/VETO'));
    expect(await veto()).toBeNull();
    await writeFile(join(directory, 'VETO'), 'the fair\n');
    expect(await veto()).toBe(`${join(directory, 'VETO')}: the fair`);
    await rm(join(directory, 'VETO'));
    expect(await vetoOf(directory, loaded('estate-veto'))()).toBeNull();
    await writeFile(join(directory, 'estate-veto'), '');
    expect(await vetoOf(directory, loaded('estate-veto'))()).toBe(join(directory, 'estate-veto'));
  });

  it('holds where it cannot be read', async () => {
    await writeFile(join(directory, 'VETO'), 'x'.repeat(10_000));
    // What it says is that of MW1444: nothing is thrown, since a run that stands is to be watched on.
    expect(await vetoOf(directory, loaded('VETO'))()).toContain('cannot be told');
  });

  it('lets nothing begin, and everything go back', async () => {
    await bench.forward(plan, 'one');
    bench.people = { veto: () => Promise.resolve('the fair') };
    expect(await codeOf(bench.forward(plan))).toBe('MW1418');
    expect(await bench.back(plan)).toBe('start');
    expect(bench.policies()).toEqual([]);
  });
});

describe('approvals from elsewhere', () => {
  const digest = `sha256:${'1'.repeat(64)}`;

  it('are read from a flag and from a file', () => {
    expect(approvalOfFlag(`shift-a=${digest}`, 'ann')).toEqual({ stage: 'shift-a', planDigest: digest, by: 'ann' });
    const file = approvalsOfFile({ planDigest: digest, by: 'ann', stages: ['a', 'b'] }, 'f');
    expect(file.map(({ stage }) => stage)).toEqual(['a', 'b']);
  });

  it.each([['shift-a'], ['=x'], ['shift-a=']])('are refused as a flag: %s', async (text) => {
    expect(await codeOf(() => approvalOfFlag(text, 'ann'))).toBe('MW1442');
  });

  it('are refused as a file of another shape, or for another plan', async () => {
    expect(await codeOf(() => approvalsOfFile({ stages: ['a'] }, 'f'))).toBe('MW1442');
    expect(await codeOf(() => matchApproval({ stage: 'a', planDigest: digest, by: 'ann' }, plan))).toBe('MW1441');
  });
});

describe('a clock that is watched', () => {
  it('looks as often as it is told, within long waits and between short ones', async () => {
    const looks: number[] = [];
    const clock = watchedClock(bench.clock, 10_000, () => Promise.resolve(void looks.push(bench.now)));
    const began = bench.now;
    await clock.sleep(25_000);
    for (let count = 0; count < 10; count += 1) await clock.sleep(1_000);
    expect(looks.map((at) => at - began)).toEqual([10_000, 20_000, 30_000]);
  });

  it('throws what a look throws, and ends the wait by that', async () => {
    const clock = watchedClock(bench.clock, 10_000, () => Promise.reject(new Error('the gate failed')));
    await expect(clock.sleep(60_000)).rejects.toThrow('the gate failed');
  });
});

describe('a run of real operations', () => {
  const never = {
    check: 'kube.present' as const,
    cluster: 'lab',
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'shop',
    name: 'never',
  };
  const budget = { failed: 1, unreachable: 0, unknown: 0, skipped: 0 };

  it('goes on without a stage that its budget lets it leave, and says which with MW1414', async () => {
    const stages = plan.stages.map((stage, at) => ({
      ...stage,
      steps: stage.steps.map((step) => (at === 0 ? { ...step, verify: [never] } : step)),
    }));
    const budgeted = { ...plan, stages, failureBudget: { run: budget, wave: budget } };
    expect(await codeOf(bench.forward(budgeted))).toBe('MW1414');
    expect(bench.policies()).toEqual(['two']);
    expect(bench.events).toContainEqual(
      expect.objectContaining({ event: 'stage.set-aside', stage: 'one', kind: 'failed' }),
    );
  });

  it('gives a step up that waits while the gate before it fails, and goes back', async () => {
    const metric = {
      test: 'tripwire',
      name: 'error-rate',
      subject: 'errors',
      query: 'errors',
      total: 'total',
      max: 0.01,
      minRequests: 10,
    };
    const stages = plan.stages.map((stage, at) => ({
      ...stage,
      gate: { ...stage.gate, metrics: [metric] as never, lookEveryMs: 5_000 },
      steps: stage.steps.map((step) => (at === 1 ? { ...step, verify: [never], timeoutMs: 600_000 } : step)),
    }));
    const began = bench.now;
    bench.metrics = (query) => (query === 'total' ? 100 : bench.now - began > 60_000 ? 1 : 0);
    expect(await codeOf(bench.forward({ ...plan, stages }))).toBe('MW1501');
    expect(bench.policies()).toEqual([]);
    expect(bench.now - began).toBeLessThan(80_000);
    expect(bench.events).toContainEqual(
      expect.objectContaining({ event: 'step.failed', step: 'two/strict', code: 'MW1413' }),
    );
  });
});

describe('the lock of a directory', () => {
  it('can be looked at without taking it', () => {
    expect(isHeld(directory)).toBe(false);
    const lock = lockDirectory(directory, Date.now);
    expect(isHeld(directory)).toBe(true);
    lock.release();
    expect(isHeld(directory)).toBe(false);
  });
});
