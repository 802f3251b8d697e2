import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareOwned, standingOperations } from '../../src/execute/compare-owned.ts';
import { eventLineSchema } from '../../src/execute/events.ts';
import { outlookOf } from '../../src/execute/outlook.ts';
import { worldTarget } from '../../src/execute/target.ts';
import { fold } from '../../src/journal/fold.ts';
import { listRuns } from '../../src/journal/runs.ts';
import { Bench, policyPlan } from '../fakes/executor.ts';
import { planOf } from '../fakes/plan.ts';
import { Crash, ModelRun } from '../fakes/run.ts';
import { shopPlan } from '../fakes/shop.ts';

let directory = '';
let bench: Bench;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'status-'));
  bench = new Bench(directory);
});
afterEach(() => rm(directory, { recursive: true }));

const outlook = (run: ModelRun) => outlookOf(run.plan, fold(run.entries), run.now);

describe('what comes next, and what it means if the process ends now', () => {
  it('is the decision that the run would take', () => {
    const run = new ModelRun(planOf([{ steps: 2 }]));
    expect(outlook(run)).toBeUndefined();
    run.goal('forward');
    expect(outlook(run)).toEqual({
      next: 'does stage-0/step-0',
      ifStopped: 'No stage is half done; apply carries on; rollback takes it back.',
    });
    run.budget = 3;
    expect(() => run.run()).toThrow(Crash);
    expect(outlook(run)?.next).toBe('does stage-0/step-1');
    expect(outlook(run)?.ifStopped).toContain(
      'Stage stage-0 stays as it is, 1 of 2 steps done, and nobody watches its gate',
    );
  });

  it('names the step of which nobody knows, and what cannot go back any more', () => {
    const run = new ModelRun(planOf([{ steps: 2, finalFrom: 0 }]));
    run.goal('forward', null, true);
    run.budget = 3;
    expect(() => run.run()).toThrow(Crash);
    expect(outlook(run)?.ifStopped).toContain('it can only be finished: stage-0/step-0 cannot be undone');
    run.budget = 1;
    expect(() => run.run()).toThrow(Crash);
    expect(outlook(run)).toMatchObject({
      next: 'asks how far stage-0/step-1 got: its intent has no result',
      ifStopped: expect.stringContaining('; the target is asked about stage-0/step-1;') as string,
    });
  });

  it('is nothing when the goal is reached', () => {
    const run = new ModelRun(planOf([{ steps: 1 }]));
    run.goal('forward');
    run.run();
    expect(outlook(run)).toMatchObject({
      next: 'nothing: it reached end',
      ifStopped: expect.stringContaining('Nothing') as string,
    });
  });
});

describe('what a run did, compared with what is there', () => {
  const compare = async (plan = policyPlan(['one', 'two'])) => {
    const recorded = (await listRuns(directory)).at(-1);
    if (!recorded) throw new Error('no run');
    const stamp = { run: recorded.run, planDigest: plan.digest, token: 1 };
    return await compareOwned(plan, recorded.state, worldTarget(bench.world), stamp);
  };

  it('is the same after a run', async () => {
    await bench.forward(policyPlan(['one', 'two']));
    expect(await compare()).toEqual([]);
  });

  it('says what is gone, and what is somebody else’s by now', async () => {
    await bench.forward(policyPlan(['one', 'two']));
    for (const name of ['one', 'two']) {
      const live = await bench.kube.get({
        apiVersion: 'security.istio.io/v1',
        kind: 'PeerAuthentication',
        namespace: 'shop',
        name,
      });
      if (live) await bench.kube.remove(live);
    }
    bench.kube.put({
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'two', namespace: 'shop' },
      spec: {},
    });
    expect(await compare()).toMatchObject([
      { step: 'one/strict', found: 'not-done' },
      { step: 'two/strict', found: 'foreign' },
    ]);
  });

  it('looks at the last word on each thing alone', () => {
    const plan = shopPlan();
    const run = new ModelRun(plan);
    run.goal('forward');
    run.run();
    const standing = standingOperations(plan, fold(run.entries));
    const weights = standing.filter(({ operation }) => operation.op === 'route.weights');
    expect(weights.map(({ step }) => step)).toEqual(['shift-catalog/weight-100']);
    const created = standing.filter(
      ({ operation }) => operation.op === 'kube.create' && operation.manifest.kind === 'HTTPRoute',
    );
    expect(created).toEqual([]);
    expect(standing.some(({ operation }) => operation.op === 'host.recycle')).toBe(false);
  });
});

describe('the events of a run', () => {
  it('are as their schema says', async () => {
    await bench.forward(policyPlan(['one']));
    await bench.back(policyPlan(['one']));
    expect(new Set(bench.events.map(({ event }) => event)).size).toBeGreaterThan(4);
    for (const event of bench.events) eventLineSchema.parse({ at: new Date(0).toISOString(), ...event });
    expect(eventLineSchema.safeParse({ at: new Date(0).toISOString(), event: 'step.done' }).success).toBe(false);
  });
});
