import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/gates/statistics.ts';
import { sampleByQuery } from '../../../src/execute/sources/by-query.ts';
import { Counters } from '../../../src/execute/world/counters.ts';
import { parseFault } from '../../../src/execute/world/fault.ts';
import { evaluate } from '../../../src/execute/world/promql.ts';
import { rehearse, type Rehearsal } from '../../../src/execute/world/rehearse.ts';
import type { GateOutcome, MetricCheck } from '../../../src/plans/gate.ts';
import { shopEstate, shopInventory, shopPlan, shopYaml } from '../../fakes/shop.ts';

/** A shop with a stated rate, whose first rung is the 25 % one, and whose catalog is the only one at its site. */
const yaml = shopYaml
  .replace('name: vm-a, ', 'name: vm-a, site: north, ')
  .replace('port: 8080\n', 'port: 8080\n    requestsPerSecond: 300\n')
  .replace('port: 8081, ', 'port: 8081, requestsPerSecond: 100, ')
  .concat('policy: { ladder: [25, 50, 100], gate: { timeoutSeconds: 30 } }\n');
const plan = shopPlan(undefined, yaml);

const play = (fault: string): Promise<Rehearsal> =>
  rehearse({
    plan,
    estate: shopEstate(yaml),
    inventory: shopInventory(),
    faults: [parseFault(fault)],
    seed: 1,
    goal: { direction: 'forward', to: 'shift-catalog', commit: true },
    startMs: 0,
    tool: 'test',
  });

const undone = ({ timeline }: Rehearsal): string[] =>
  timeline.flatMap((entry) => (entry.event === 'step.started' && entry.direction === 'revert' ? [entry.step] : []));

describe('a host that dies on the 25 % rung of its service', () => {
  test('gets no traffic back: the run stands still at the rung', async () => {
    const met = await play('site-lost=north');
    expect(met.timeline).toContainEqual(expect.objectContaining({ event: 'fault' }));
    expect(undone(met)).toEqual([]);
    expect(met.end).toMatchObject({ exit: 3 });
    expect(met.end.stopped?.at).toMatch(/weight-25/);
  });

  test('does not hide a twin that fails beside a VM that is well', async () => {
    const met = await play('bad-twin=catalog,share=0.5,from=25');
    expect(met.end).toMatchObject({ exit: 4, stopped: { code: 'MW1501' } });
    expect(undone(met)[0]).toMatch(/weight-25/);
  });
});

describe('the tripwires of a rung', () => {
  const gate = plan.stages.find(({ id }) => id === 'shift-catalog')?.steps[0]?.gate;
  const trips = gate?.metrics.filter(({ test: one }) => one === 'tripwire') ?? [];
  const named = (name: MetricCheck['name']): MetricCheck => {
    const found = trips.find((one) => one.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };

  /** What a tripwire says of a minute in which web's proxy was answered so. @param rates requests per second, and the share of errors */
  async function outcome(
    name: MetricCheck['name'],
    rates: Record<'twin' | 'vm', [perSecond: number, errors: number]>,
  ): Promise<GateOutcome> {
    const counters = new Counters();
    const proxy = { namespace: 'shop', pod: 'web-1-a', instance: '10.0.0.9:15090' };
    const cluster = { twin: 'catalog-k8s', vm: 'catalog-vm' };
    const flows = (['twin', 'vm'] as const).map((side) => ({
      proxy,
      cluster: `outbound|8080||${cluster[side]}.shop.svc.cluster.local`,
      protocol: 'http' as const,
      ...{ perSecond: rates[side][0], errors: rates[side][1], slow: 0 },
    }));
    counters.set(flows, 0);
    const vector = (query: string) =>
      Promise.resolve(evaluate(query, counters, 60_000).map(({ labels, value }) => ({ labels: { ...labels }, value })));
    const source = { scalar: () => Promise.reject(new Error('not asked')), vector };
    return judge(named(name), await sampleByQuery(source, named(name), { sinceMs: 0, nowMs: 60_000 }), {
      elapsedMs: 60_000,
    }).outcome;
  }

  test.each([
    ['a twin that fails, beside a VM that is well', 'error-burst', [25, 0.5], [75, 0], 'fail'],
    ['a VM that fails, beside a twin that is well', 'error-burst', [25, 0], [75, 1], 'pass'],
    ['both fail, for what they have in common', 'error-burst', [25, 0.6], [75, 0.6], 'pass'],
    ['a twin that fails, and a VM that answers nothing', 'error-burst', [25, 0.6], [0, 0], 'inconclusive'],
    ['a twin that is silent, while the VM answers', 'silence', [0, 0], [75, 0], 'fail'],
    ['a VM that is silent, while the twin answers', 'silence', [25, 0], [0, 0], 'pass'],
    ['both are silent', 'silence', [0, 0], [0, 0], 'pass'],
    ['both are well', 'silence', [25, 0], [75, 0], 'pass'],
  ] as const)('%s: %s', async (_, name, twin, vm, wanted) => {
    expect(await outcome(name, { twin: [...twin], vm: [...vm] })).toBe(wanted);
  });

  test('a twin’s share above its band is no way back, and one below is', () => {
    const share = gate?.metrics.find(({ name, test: one }) => name === 'traffic-share' && one === 'threshold');
    if (share?.test !== 'threshold') throw new Error('there is no share');
    const of = (value: number): GateOutcome =>
      judge(share, { test: 'threshold', query: '', value, total: 10_000 }, { elapsedMs: 60_000 }).outcome;
    expect([of(0.1), of(0.25), of(0.6)]).toEqual(['fail', 'pass', 'inconclusive']);
  });
});
