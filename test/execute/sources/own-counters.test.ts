import { beforeEach, describe, expect, it } from 'vitest';
import type { World } from '../../../src/execute/handler.ts';
import { evaluateGate } from '../../../src/execute/evaluate-gate.ts';
import { OwnCounters } from '../../../src/execute/sources/own-counters.ts';
import { worldTarget } from '../../../src/execute/target.ts';
import type { Gate, Verdict } from '../../../src/plans/gate.ts';
import { FakeKube } from '../../fakes/kube.ts';
import { shopEstate, shopPlan, shopYaml } from '../../fakes/shop.ts';

const yaml = shopYaml
  .replace('port: 8080\n', 'port: 8080\n    requestsPerSecond: 300\n')
  .concat('policy: { ladder: [50, 100], gate: { timeoutSeconds: 30 } }\n');
const steps = shopPlan(undefined, yaml).stages.find(({ id }) => id === 'shift-catalog')?.steps ?? [];
// What it counts is asked here, and not whether the twin is whole.
const rung: Gate = { ...(steps.find(({ action }) => action === 'weight-50')?.gate as Gate), checks: [] };

const VM = 'outbound|8080||catalog-vm.shop.svc.cluster.local';
const TWIN = 'outbound|8080||catalog-k8s.shop.svc.cluster.local';
const INBOUND = 'inbound|8080||';

/** What a proxy has counted of its clusters since it began. */
interface Counted {
  uptime: number;
  clusters: Record<string, { requests: number; errors: number }>;
}

/** As Envoy writes it, with Istio's labels. Like Envoy, a class has a counter from its first answer on. */
function told({ uptime, clusters }: Counted): string {
  const lines = Object.entries(clusters).flatMap(([name, { requests, errors }]) => {
    const of = `cluster_name="${name}"`;
    const fast = (requests * 9) / 10;
    return [
      `envoy_cluster_upstream_rq_completed{${of}} ${requests}`,
      ...(errors > 0 ? [`envoy_cluster_upstream_rq{response_code_class="5xx",${of}} ${errors}`] : []),
      `envoy_cluster_upstream_cx_total{${of}} 4`,
      `envoy_cluster_membership_total{${of}} 1`,
      `envoy_cluster_upstream_rq_time_bucket{${of},le="10"} ${fast}`,
      `envoy_cluster_upstream_rq_time_bucket{${of},le="+Inf"} ${requests}`,
    ];
  });
  return [`# TYPE envoy_server_uptime gauge`, `envoy_server_uptime{} ${uptime}`, ...lines, ''].join('\n');
}

describe('a gate without a metrics server', () => {
  let kube: FakeKube;
  let nowMs: number;
  let web: Counted;
  let vm: Counted;
  let asked: string[];
  let counters: OwnCounters;
  let isSilent: boolean;

  const world = (): World =>
    ({
      estate: shopEstate(yaml),
      kube: () => kube,
      counters,
      clock: { now: () => nowMs },
      metrics: { scalar: () => Promise.reject(new Error('asked')), vector: () => Promise.reject(new Error('asked')) },
      ssh: {
        script: (target: { name: string }) => {
          asked.push(target.name);
          if (isSilent) return Promise.resolve({ exitCode: 1, stdout: '', stderr: 'no agent\n' });
          return Promise.resolve({ exitCode: 0, stdout: told(vm), stderr: '' });
        },
      },
    }) as unknown as World;

  const START = 1_000_000;
  const begin = (): Promise<void> => worldTarget(world()).begin?.(rung) ?? Promise.resolve();
  const look = () => evaluateGate(rung, worldTarget(world()), { sinceMs: START, nowMs });
  const named = (verdicts: Verdict[], name: string): Verdict | undefined => verdicts.find((one) => one.name === name);

  const putPod = (name: string, app = 'web'): unknown =>
    kube.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop', labels: { app } },
      spec: { containers: [{ name: 'web' }, { name: 'istio-proxy' }] },
      status: { phase: 'Running' },
    });

  /** So many seconds pass, in which each side answers 150 requests a second, and the twin so many errors of them. */
  function pass(seconds: number, errors: { twin?: number; vm?: number } = {}): void {
    nowMs += seconds * 1000;
    web.uptime += seconds;
    vm.uptime += seconds;
    const add = (of: Counted, cluster: string, bad = 0): void => {
      const there = (of.clusters[cluster] ??= { requests: 0, errors: 0 });
      there.requests += 150 * seconds;
      there.errors += 150 * seconds * bad;
    };
    add(web, TWIN, errors.twin);
    add(web, VM, errors.vm);
    add(vm, INBOUND, errors.vm);
  }

  beforeEach(() => {
    [nowMs, asked, counters, isSilent] = [START, [], new OwnCounters(), false];
    web = { uptime: 5_000, clusters: { [VM]: { requests: 90_000, errors: 500 } } };
    vm = { uptime: 5_000, clusters: { [INBOUND]: { requests: 90_000, errors: 500 } } };
    kube = new FakeKube();
    kube.put({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } } },
    });
    putPod('web-6d5f-abcde');
    kube.answerExec = () => {
      asked.push('web');
      return { exitCode: 0, stdout: told(web), stderr: '' };
    };
  });

  /** Looks as often as the gate says, until its bake is over. */
  async function bake(errors: { twin?: number; vm?: number } = {}): ReturnType<typeof look> {
    const every = (rung.lookEveryMs ?? 2_000) / 1000;
    for (let left = rung.bakeMs / 1000 + 1; left > 0; left -= every) {
      pass(every, errors);
      const seen = await look();
      if (seen.outcome === 'fail') return seen;
    }
    return await look();
  }

  it('passes on what its proxies counted since the bake began, each asked once for a look', async () => {
    await begin();
    const { outcome, verdicts } = await bake();
    expect(verdicts.filter((one) => one.outcome !== 'pass')).toEqual([]);
    expect(outcome).toBe('pass');
    const errors = named(verdicts, 'error-rate');
    expect(errors?.counts).toEqual({
      judged: errors?.counts?.['control'],
      judgedErrors: 0,
      control: expect.any(Number),
      controlErrors: 0,
    });
    expect(errors?.query).toContain('envoy_cluster_upstream_rq_completed');
    asked = [];
    nowMs += 1;
    await look();
    expect(asked.sort()).toEqual(['vm-a', 'web']);
  });

  it('fails for a twin that fails, before the bake is over', async () => {
    await begin();
    const { outcome, verdicts } = await bake({ twin: 0.05 });
    expect(outcome).toBe('fail');
    expect(named(verdicts, 'error-rate')).toMatchObject({ outcome: 'fail', evidence: 'concurrent' });
    expect(nowMs - START).toBeLessThan(rung.bakeMs);
  });

  it('decides nothing where the process that saw the bake begin is gone: what was before is not known', async () => {
    pass(20);
    const { outcome, verdicts } = await bake();
    expect(outcome).toBe('inconclusive');
    expect(named(verdicts, 'error-rate')).toMatchObject({ outcome: 'inconclusive', why: 'no data' });
    expect(verdicts.filter(({ name, outcome: one }) => name === 'silence' && one === 'fail')).toEqual([]);
  });

  it('counts a proxy that started again from its start, and loses nothing of before', async () => {
    await begin();
    pass(10);
    await look();
    const before = named((await look()).verdicts, 'error-rate')?.counts?.['judged'] ?? 0;
    web = { uptime: 0, clusters: {} };
    pass(4);
    const { verdicts } = await look();
    expect(before).toBe(1_500);
    expect(named(verdicts, 'error-rate')?.counts?.['judged']).toBe(2_100);
  });

  it('counts a pod that began within the bake whole', async () => {
    await begin();
    pass(10);
    putPod('web-6d5f-fghij');
    const young: Counted = {
      uptime: 4,
      clusters: { [TWIN]: { requests: 40, errors: 0 }, [VM]: { requests: 40, errors: 0 } },
    };
    kube.answerExec = ({ name }) => ({ exitCode: 0, stdout: told(name.endsWith('fghij') ? young : web), stderr: '' });
    expect(named((await look()).verdicts, 'error-rate')?.counts?.['judged']).toBe(1_540);
  });

  it.each([
    ['does not answer', () => (isSilent = true)],
    ['says what no proxy would', () => (kube.answerExec = () => ({ exitCode: 0, stdout: 'upstream 1', stderr: '' }))],
    ['has no pod', () => putPod('web-6d5f-abcde', 'other')],
  ])('is an error, and never passes, where a proxy %s', async (_, strike) => {
    await begin();
    await bake();
    strike();
    pass(2);
    const { outcome, verdicts } = await look();
    expect(outcome).toBe('error');
    expect(verdicts.find((one) => one.outcome === 'error')?.why).toMatch(/counters/);
  });
});
