import { beforeEach, describe, expect, it } from 'vitest';
import { countHealthyEndpoints } from '../../../src/execute/checks/envoy-clusters.ts';
import { readCheck } from '../../../src/execute/checks/index.ts';
import type { World } from '../../../src/execute/handler.ts';
import type { Check } from '../../../src/plans/check.ts';
import { FakeKube } from '../../fakes/kube.ts';

const backend = 'outbound|8080||catalog-k8s.shop.svc.cluster.local';
const answerOf = (name: string, statuses: object[]): string =>
  JSON.stringify({
    cluster_statuses: [
      { name: 'other', host_statuses: [] },
      { name, host_statuses: statuses.map((health_status) => ({ health_status })) },
    ],
  });
const healthy = { eds_health_status: 'HEALTHY' };

describe("Envoy's clusters", () => {
  it('count endpoints that the proxy would send to', () => {
    const statuses = [
      healthy,
      {},
      { eds_health_status: 'UNHEALTHY' },
      { eds_health_status: 'DRAINING' },
      { ...healthy, failed_outlier_check: true },
      { ...healthy, failed_active_health_check: true },
    ];
    expect(countHealthyEndpoints(answerOf(backend, statuses), backend)).toBe(2);
    expect(countHealthyEndpoints(answerOf(backend, []), backend)).toBe(0);
    expect(countHealthyEndpoints(answerOf('another', [healthy]), backend)).toBeNull();
    expect(countHealthyEndpoints('{}', backend)).toBeNull();
  });

  it.each(['', 'no json', '[]', '{"cluster_statuses":[{"name":1}]}', '{"cluster_statuses":{}}'])(
    'throw on %j',
    (text) => {
      expect(() => countHealthyEndpoints(text, backend)).toThrow(/./);
    },
  );
});

describe('proxy.endpoints', () => {
  let kube: FakeKube;
  const check: Check = {
    check: 'proxy.endpoints',
    callers: [{ cluster: 'lab', namespace: 'shop', kind: 'Deployment', name: 'web' }],
    backend,
    healthy: 2,
  };
  const ask = async (asked: Check, world: Partial<World> = {}): Promise<unknown> =>
    await readCheck(asked, { kube: () => kube, ...world } as unknown as World);

  function putPod(name: string, initContainers = [{ name: 'istio-proxy' }]): void {
    kube.put({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop', labels: { app: 'web' } },
      spec: { containers: [{ name: 'web' }], initContainers },
      status: { phase: 'Running' },
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
  });

  it("asks every pod's own proxy", async () => {
    const asked: string[] = [];
    for (const name of ['a', 'b', 'c']) putPod(name);
    kube.answerExec = ({ name, container }, argv) => {
      asked.push(`${name} ${container} ${argv.join(' ')}`);
      return { exitCode: 0, stdout: answerOf(backend, [healthy, healthy]), stderr: '' };
    };
    expect(await ask(check)).toEqual({ answer: 'yes' });
    expect(asked.toSorted()).toEqual(
      ['a', 'b', 'c'].map((name) => `${name} istio-proxy pilot-agent request GET clusters?format=json`),
    );
  });

  it('is no when one proxy of many has too few, or does not know the backend', async () => {
    for (const name of ['a', 'b']) putPod(name);
    kube.answerExec = ({ name }) => ({
      exitCode: 0,
      stdout: answerOf(backend, name === 'b' ? [healthy] : [healthy, healthy]),
      stderr: '',
    });
    expect(await ask(check)).toEqual({
      answer: 'no',
      why: `the proxy of pod shop/b has 1 healthy endpoint(s) of ${backend}; 2 are wanted`,
    });
    kube.answerExec = () => ({ exitCode: 0, stdout: answerOf('another', []), stderr: '' });
    expect(await ask(check)).toMatchObject({ answer: 'no', why: expect.stringContaining('does not know') as string });
  });

  it('is no without pods or without a proxy, and unknown when the answer is nonsense', async () => {
    expect(await ask(check)).toEqual({ answer: 'no', why: 'Deployment shop/web has no pod' });
    putPod('a');
    expect(await ask(check)).toMatchObject({ answer: 'unknown' });
    putPod('b', []);
    expect(await ask(check)).toEqual({ answer: 'no', why: 'pod shop/b carries no proxy' });
    expect(
      await ask({ ...check, callers: [{ cluster: 'lab', namespace: 'shop', kind: 'Deployment', name: 'none' }] }),
    ).toMatchObject({ answer: 'no' });
  });

  it("asks a host's proxy through its login", async () => {
    const estate = {
      hosts: [{ name: 'vm-a', address: '192.0.2.11', port: 22, user: 'ops', excludeInboundPorts: [] }],
      ssh: {},
    };
    const result = { exitCode: 0, stdout: answerOf(backend, [healthy, healthy]), stderr: '' };
    const world = { estate, ssh: { script: () => Promise.resolve(result) } } as unknown as World;
    const onHost: Check = { ...check, callers: [{ host: 'vm-a' }] };
    expect(await ask(onHost, world)).toEqual({ answer: 'yes' });
    result.exitCode = 7;
    expect(await ask(onHost, world)).toMatchObject({
      answer: 'unknown',
      why: expect.stringContaining('vm-a') as string,
    });
  });
});
