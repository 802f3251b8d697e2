import { describe, expect, it } from 'vitest';
import { requestsNeeded } from '../../../src/plans/bake/power.ts';
import { secondsFor } from '../../../src/plans/bake/watch.ts';
import type { Gate } from '../../../src/plans/gate.ts';
import type { MigrationPlan, Stage, Step } from '../../../src/plans/plan.ts';
import { called, grownPlan, grownYaml, reports } from '../../fakes/grown.ts';
import { shopPlan, shopYaml } from '../../fakes/shop.ts';
import type { CheckBy } from '../../../src/plans/gate.ts';

interface Asked {
  /** What catalog gets, in requests per second; absent: nobody says. */
  rate?: number;
  gate?: string;
  ladder?: string;
}

function planAt({ rate, gate = '{}', ladder = '[1, 5, 25, 50, 100]' }: Asked): MigrationPlan {
  const stated = rate === undefined ? '' : `    requestsPerSecond: ${rate}\n`;
  const yaml = shopYaml.replace('    port: 8080\n', `    port: 8080\n${stated}`);
  return shopPlan(undefined, `${yaml}policy: { ladder: ${ladder}, gate: ${gate} }\n`);
}

const stageOf = (plan: MigrationPlan, id: string): Stage => {
  const stage = plan.stages.find((one) => one.id === id);
  if (!stage) throw new Error(`no stage ${id}`);
  return stage;
};
const rungs = (plan: MigrationPlan): Step[] => stageOf(plan, 'shift-catalog').steps.filter(({ gate }) => gate !== undefined);
const weights = (plan: MigrationPlan): string[] => rungs(plan).map(({ action }) => action);
const gates = (plan: MigrationPlan): Gate[] => rungs(plan).flatMap(({ gate }) => gate ?? []);
const shareMetric = ({ metrics }: Gate): CheckBy<'threshold'> | undefined =>
  metrics.find((metric): metric is CheckBy<'threshold'> => metric.name === 'traffic-share');
const codes = (plan: MigrationPlan): string[] => plan.findings.map(({ code, level, subject }) => `${level} ${code} ${subject}`);

describe('the ladder of a service whose rate nobody states', () => {
  it('has the estate’s rungs and times, and says nothing of requests', () => {
    const plan = planAt({ gate: '{ bakeSeconds: 8, windowSeconds: 9, minRequests: 33, effect: 0.2, maxBakeSeconds: 5 }' });
    expect(weights(plan)).toEqual(['weight-1', 'weight-5', 'weight-25', 'weight-50', 'weight-100']);
    for (const gate of gates(plan)) {
      expect(gate.bakeMs).toBe(12_000);
      expect(gate.metrics.flatMap(({ windowSeconds, expectedRequests }) => windowSeconds ?? expectedRequests ?? [])).toEqual([]);
      expect(shareMetric(gate)?.minRequests).toBe(33);
      expect(shareMetric(gate)?.query).toContain('[9s]');
    }
    expect(rungs(plan).flatMap(({ notes = [] }) => notes)).toEqual([]);
    expect(stageOf(plan, 'shift-catalog').expects.requests).toBeUndefined();
    expect(codes(plan).filter((code) => /MW137/.test(code))).toEqual([]);
  });
});

describe('the ladder of a busy service', () => {
  const rate = 2_000;
  const plan = planAt({ rate, gate: '{ bakeSeconds: 600, windowSeconds: 5 }' });

  it('keeps every rung, each watched for as long as its requests take, and not for the fixed time', () => {
    const shares = [0.01, 0.05, 0.25, 0.5, 1];
    expect(gates(plan).map((gate) => shareMetric(gate)?.minRequests)).toEqual(
      shares.map((share) => requestsNeeded({ baseline: 0.001, effect: 0.01, share, alpha: (share < 1 ? 0.009 : 0.01) / 5, power: 0.9 })),
    );
    for (const gate of gates(plan)) {
      const { minRequests = 0, windowSeconds = 0, expectedRequests = 0 } = shareMetric(gate) ?? {};
      expect(windowSeconds).toBe(Math.max(5, secondsFor(minRequests, rate)));
      expect(gate.bakeMs).toBe((windowSeconds + 3) * 1000);
      expect(expectedRequests).toBe(rate * windowSeconds);
      expect(expectedRequests).toBeGreaterThan(minRequests);
      expect(shareMetric(gate)?.query).toContain(`[${windowSeconds}s]`);
    }
    expect(gates(plan).map(({ bakeMs }) => bakeMs / 1000)).toEqual([50, 14, 8, 8, 8]);
    expect(codes(plan).filter((code) => /MW137/.test(code))).toEqual([]);
  });

  it('asks the one caller for all of it, and says in the step how many requests decide, and why that long', () => {
    const [first] = gates(plan);
    expect(first?.metrics.find(({ name }) => name === 'error-rate')?.minRequests).toBe(shareMetric(first as Gate)?.minRequests);
    expect(rungs(plan)[0]?.notes).toEqual([
      'errors of 1.1 %, where 0.1 % is healthy, show by 93234 requests, with 99 % of the traffic beside it (level 1 % over 5 rung(s), power 90 %); watched for 47 s, in which 2000 requests/s bring 94000',
    ]);
    expect(stageOf(plan, 'shift-catalog').expects.requests).toBe(
      gates(plan).reduce((sum, gate) => sum + (shareMetric(gate)?.minRequests ?? 0), 0),
    );
  });

  it('has the least time that the policy asks for', () => {
    const slow = planAt({ rate, gate: '{ minBakeSeconds: 300 }' });
    expect(gates(slow).map(({ bakeMs }) => bakeMs)).toEqual(Array.from({ length: 5 }, () => 300_000));
  });

  it('has narrower bands for the share: more requests tell more', () => {
    const band = ({ min = 0, max = 0 } = {}): number => max - min;
    const half = (one: MigrationPlan): number => band(shareMetric(gates(one)[3] as Gate));
    expect(half(plan)).toBeLessThan(half(planAt({})));
    expect(half(plan)).toBeGreaterThan(0.05);
  });
});

describe('the ladder of a quiet service', () => {
  const plan = planAt({ rate: 12 });

  it('has fewer and larger rungs: those that cannot decide in time are left out, and it says so', () => {
    expect(weights(plan)).toEqual(['weight-25', 'weight-50', 'weight-100']);
    expect(codes(plan)).toContain('info MW1371 catalog');
    expect(plan.findings.find(({ code }) => code === 'MW1371')?.message).toContain('goes without 1, 5 %');
    expect(codes(plan).filter((code) => /MW1370/.test(code))).toEqual([]);
  });

  it('shares the level among the rungs that are left, so that each needs fewer requests', () => {
    expect(shareMetric(gates(plan)[0] as Gate)?.minRequests).toBe(
      requestsNeeded({ baseline: 0.001, effect: 0.01, share: 0.25, alpha: 0.009 / 3, power: 0.9 }),
    );
  });

  it('goes back from each rung to the one before it that is left', () => {
    const weightsOf = (operations: unknown): unknown =>
      (operations as { backends: { weight: number }[] }[])[0]?.backends.map(({ weight }) => weight);
    expect(rungs(plan).map(({ revert }) => weightsOf(revert))).toEqual([
      [100, 0],
      [75, 25],
      [50, 50],
    ]);
  });

  it('has them back where more time is given, or a larger effect is declared', () => {
    expect(weights(planAt({ rate: 12, gate: '{ maxBakeSeconds: 9000 }' }))).toHaveLength(5);
    expect(weights(planAt({ rate: 12, gate: '{ effect: 0.1 }' }))).toHaveLength(5);
  });
});

describe('the ladder of an idle service', () => {
  it.each([0, 0.01, 1])('never moves unwatched: at %d requests/s it pauses at a rung with a control', (rate) => {
    const plan = planAt({ rate });
    expect(weights(plan)).toEqual(['weight-50', 'weight-100']);
    const [half] = gates(plan);
    const { minRequests = 0, expectedRequests = 0, windowSeconds } = shareMetric(half as Gate) ?? {};
    expect(expectedRequests).toBeLessThan(minRequests);
    expect(windowSeconds).toBe(900);
    expect(rungs(plan)[0]?.notes?.[0]).toContain('the gate will pause for want of data');
    expect(codes(plan)).toContain('warning MW1370 vm/vm-a/catalog.service');
    expect(plan.applyable).toBe(true);
  });

  it('says it of its join too, whose gate would pause as well', () => {
    const { message = '' } = planAt({ rate: 0.01 }).findings.find(({ code }) => code === 'MW1370') ?? {};
    expect(message).toContain('The gate of join-catalog needs 743 requests (requests to port 8080 of vm-a)');
  });

  it('keeps a ladder of one rung', () => {
    expect(weights(planAt({ rate: 0.01, ladder: '[100]' }))).toEqual(['weight-100']);
  });
});

describe('gates without a control, of a stated rate', () => {
  const plan = planAt({ rate: 100 });

  it('watch a join and STRICT for as long as their requests take', () => {
    const requests = requestsNeeded({ baseline: 0.001, effect: 0.01, share: 1, alpha: 0.01, power: 0.9 });
    for (const id of ['join-catalog', 'join-web', 'enforce-catalog']) {
      const { gate } = stageOf(plan, id);
      const own = gate.metrics.filter(({ expectedRequests, test }) => expectedRequests !== undefined && test !== 'tripwire');
      expect(own.map(({ minRequests }) => minRequests), id).toEqual([requests, requests]);
      expect(own[0]?.windowSeconds).toBe(Math.max(15, secondsFor(requests, 100)));
      expect(stageOf(plan, id).expects.requests).toBe(requests);
    }
  });

  it('leave the calls of an assumed rate in the same gate as they are', () => {
    const { metrics, bakeMs } = stageOf(plan, 'join-catalog').gate;
    const pricing = metrics.filter(({ subject, test }) => test !== 'tripwire' && subject.includes('pricing'));
    expect(pricing.map(({ minRequests, windowSeconds }) => [minRequests, windowSeconds])).toEqual([
      [20, undefined],
      [20, undefined],
    ]);
    expect(bakeMs).toBe(18_000);
  });

  it('are as they were where any error ratio is healthy, or connections are counted', () => {
    const anything = planAt({ rate: 100, gate: '{ maxErrorRatio: 1 }' });
    expect(weights(anything)).toHaveLength(5);
    expect(gates(anything).flatMap(({ metrics }) => metrics.flatMap(({ windowSeconds }) => windowSeconds ?? []))).toEqual([]);
    const tcp = shopPlan(undefined, shopYaml.replace('    port: 8080\n', '    port: 8080\n    protocol: tcp\n    requestsPerSecond: 0.001\n'));
    expect(weights(tcp)).toEqual(['switch']);
    expect(codes(tcp).filter((code) => /MW137/.test(code))).toEqual([]);
  });
});

describe('the calls of a service that has a twin', () => {
  const plan = shopPlan(undefined, shopYaml.replace('port: 8081,', 'port: 8081, requestsPerSecond: 500,'));
  const toPricing = (id: string): (number | undefined)[] =>
    stageOf(plan, id)
      .gate.metrics.filter(({ subject, test }) => test !== 'tripwire' && subject.endsWith('to pricing.shop.internal'))
      .map(({ expectedRequests = 0, windowSeconds = 1 }) => expectedRequests / windowSeconds);

  it('are its unit’s until it shifts, and its twin’s from then on, though both are in the inventory', () => {
    expect(toPricing('join-catalog')).toEqual([500, 500]);
    expect(toPricing('enforce-pricing')).toEqual([500, 500]);
  });
});

describe('several callers of a stated service', () => {
  const plan = grownPlan(
    (inventory) => {
      // Else the two hosts would call each other in a circle.
      inventory.dependencies = inventory.dependencies.filter(({ to }) => to !== 'service/ledger');
      inventory.dependencies.push(called(reports, 'catalog', 8080));
      for (const one of inventory.dependencies) if (one.from.endsWith('/web')) one.evidence = one.evidence.map((seen) => ({ ...seen, count: 399 }));
    },
    grownYaml.replace('    port: 8080\n', '    port: 8080\n    requestsPerSecond: 400\n'),
  );
  const sent = (gate: Gate, caller: string): Gate['metrics'][number] | undefined =>
    gate.metrics.find(({ name, subject }) => name === 'traffic' && subject.startsWith(caller));

  it('bring the evidence together, each as much as its own part of the calls brings', () => {
    const [first] = gates(plan) as [Gate];
    const whole = shareMetric(first);
    expect(whole?.minRequests).toBe(requestsNeeded({ baseline: 0.001, effect: 0.01, share: 0.01, alpha: 0.0018, power: 0.9 }));
    expect(sent(first, 'shop/web')?.expectedRequests).toBe(399 * (whole?.windowSeconds ?? 0));
    expect(sent(first, 'shop/web')?.minRequests).toBeLessThanOrEqual(whole?.minRequests ?? 0);
    expect(sent(first, 'shop/web')?.minRequests).toBeGreaterThan(0.98 * (whole?.minRequests ?? 0));
    // One request a second: what it brings but for bad luck, and no fewer than the policy's least.
    const own = sent(first, 'vm-c');
    expect(own?.expectedRequests).toBe(whole?.windowSeconds);
    expect(own?.minRequests).toBeGreaterThan(20);
    expect(own?.minRequests).toBeLessThan(own?.expectedRequests ?? 0);
  });

  it('are watched until the one that calls least has brought the policy’s least', () => {
    for (const gate of gates(plan)) {
      expect(shareMetric(gate)?.windowSeconds).toBeGreaterThanOrEqual(secondsFor(20, 1));
      expect(sent(gate, 'vm-c')?.expectedRequests).toBeGreaterThan(sent(gate, 'vm-c')?.minRequests ?? 0);
    }
    expect(codes(plan).filter((code) => /MW137/.test(code))).toEqual([]);
  });
});
