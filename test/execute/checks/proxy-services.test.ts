import { beforeEach, describe, expect, it } from 'vitest';
import { knownServices } from '../../../src/execute/checks/envoy-clusters.ts';
import { readCheck } from '../../../src/execute/checks/index.ts';
import type { World } from '../../../src/execute/handler.ts';
import type { Check } from '../../../src/plans/check.ts';
import { FakeKube } from '../../fakes/kube.ts';

const now = Date.parse('2026-01-01T12:00:00Z');
const catalog = 'catalog.shop.internal';

/** Envoy's answer, with a count of connections for each cluster. */
const answerOf = (counts: Record<string, number>): string =>
  JSON.stringify({
    cluster_statuses: Object.entries(counts).map(([name, count]) => ({
      name,
      // Envoy leaves a value of zero out.
      host_statuses: [
        {
          stats: [
            { name: 'cx_active', value: '1' },
            { name: 'cx_total', ...(count > 0 && { value: String(count) }) },
          ],
        },
      ],
    })),
  });

describe("Envoy's clusters", () => {
  it('tell of services that are known, and which of them were called', () => {
    const text = answerOf({
      [`outbound|8080||${catalog}`]: 3,
      'outbound|80|v1|quiet.shop.svc.cluster.local': 0,
      PassthroughCluster: 9,
      'inbound|8080||': 9,
      'xds-grpc': 1,
    });
    expect(knownServices(text)).toEqual([
      { host: catalog, isCalled: true },
      { host: 'quiet.shop.svc.cluster.local', isCalled: false },
    ]);
    expect(
      knownServices(
        '{"cluster_statuses":[{"name":"outbound|1||a","host_statuses":[{"stats":[{"name":"rq_total","value":"1"}]}]},{"name":"outbound|2||b"}]}',
      ),
    ).toEqual([
      { host: 'a', isCalled: true },
      { host: 'b', isCalled: false },
    ]);
  });
});

describe('what proxies know and have called', () => {
  let kube: FakeKube;
  const callers = [{ cluster: 'lab', namespace: 'shop', kind: 'Deployment', name: 'web' }];
  const calls: Check = {
    check: 'proxy.calls',
    callers,
    hosts: [catalog, '*.istio-system.svc.cluster.local'],
    seconds: 600,
  };
  const lacks: Check = { check: 'proxy.lacks', callers, hosts: ['pricing.shop.internal'] };
  const clock = { now: () => now };
  const ask = async (asked: Check, world: Partial<World> = {}): Promise<unknown> =>
    await readCheck(asked, { kube: () => kube, clock, ...world } as unknown as World);
  const answers = (counts: Record<string, number>): void => {
    kube.answerExec = () => ({ exitCode: 0, stdout: answerOf(counts), stderr: '' });
  };

  function putPod(
    name: string,
    startedAt: string,
    statuses: 'containerStatuses' | 'initContainerStatuses' = 'initContainerStatuses',
  ): void {
    kube.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop', labels: { app: 'web' } },
      spec: { containers: [{ name: 'web' }], initContainers: [{ name: 'istio-proxy' }] },
      status: { phase: 'Running', [statuses]: [{ name: 'istio-proxy', state: { running: { startedAt } } }] },
    });
  }

  beforeEach(() => {
    kube = new FakeKube();
    kube.put({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } } },
    });
    putPod('a', '2026-01-01T11:50:00Z');
    // One that has just come takes nothing away from the other's evidence.
    putPod('b', '2026-01-01T11:59:00Z', 'containerStatuses');
    answers({
      [`outbound|8080||${catalog}`]: 3,
      'outbound|9411||zipkin.istio-system.svc.cluster.local': 1,
      'outbound|8081||pricing.shop.internal': 0,
    });
  });

  it('is as the plan says, by the oldest proxy and by the counts of all', async () => {
    expect(await ask(calls)).toEqual({ answer: 'yes' });
  });

  it('is no where a proxy has called another service, be it once', async () => {
    answers({ 'outbound|8081||pricing.shop.internal': 1 });
    expect(await ask(calls)).toMatchObject({
      answer: 'no',
      why: expect.stringMatching(/pod shop\/[ab] has called pricing\.shop\.internal too/) as string,
    });
  });

  it('is no while no proxy has counted for long enough, or where nothing says since when', async () => {
    expect(await ask({ ...calls, seconds: 601 })).toMatchObject({
      answer: 'no',
      why: expect.stringContaining('600 s of 601') as string,
    });
    for (const name of ['a', 'b']) putPod(name, 'never');
    expect(await ask(calls)).toMatchObject({
      answer: 'no',
      why: expect.stringContaining('nothing tells since when') as string,
    });
  });

  it('is no as long as a proxy knows what it is not to know', async () => {
    expect(await ask(lacks)).toMatchObject({
      answer: 'no',
      why: expect.stringMatching(/still knows pricing/) as string,
    });
    answers({ [`outbound|8080||${catalog}`]: 3 });
    expect(await ask(lacks)).toEqual({ answer: 'yes' });
  });

  it('is unknown when the answer is nonsense, and no without pods', async () => {
    kube.answerExec = () => ({ exitCode: 0, stdout: 'nonsense', stderr: '' });
    for (const check of [calls, lacks]) expect(await ask(check)).toMatchObject({ answer: 'unknown' });
    const none: Check = {
      ...lacks,
      callers: [{ cluster: 'lab', namespace: 'shop', kind: 'Deployment', name: 'none' }],
    };
    expect(await ask(none)).toMatchObject({ answer: 'no' });
  });

  it("asks a host's proxy, and its unit since when it runs", async () => {
    const estate = {
      hosts: [{ name: 'vm-a', address: '192.0.2.11', port: 22, user: 'ops', excludeInboundPorts: [] }],
      ssh: {},
    };
    let up = '600';
    const script = (_: unknown, text: string): unknown =>
      Promise.resolve({
        exitCode: 0,
        stdout: text.includes('ActiveEnterTimestamp') ? up : answerOf({ [`outbound|8080||${catalog}`]: 3 }),
        stderr: '',
      });
    const world = { estate, ssh: { script } } as unknown as World;
    const onHost: Check = { ...calls, callers: [{ host: 'vm-a' }] };
    expect(await ask(onHost, world)).toEqual({ answer: 'yes' });
    up = '599';
    expect(await ask(onHost, world)).toMatchObject({
      answer: 'no',
      why: expect.stringContaining('599 s of 600') as string,
    });
    up = '';
    expect(await ask(onHost, world)).toMatchObject({
      answer: 'no',
      why: expect.stringContaining('since when') as string,
    });
  });
});
