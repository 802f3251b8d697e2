import { beforeEach, describe, expect, it } from 'vitest';
import { readCheck } from '../../../src/execute/checks/index.ts';
import type { World } from '../../../src/execute/handler.ts';
import type { Check } from '../../../src/plans/check.ts';
import type { KubeManifest } from '../../../src/plans/operation.ts';
import { FakeKube } from '../../fakes/kube.ts';

const namespace = 'shop';
let kube: FakeKube;
const world = (): World => ({ kube: () => kube }) as unknown as World;
const ask = async (check: Check): Promise<unknown> => await readCheck(check, world());
const no = (why: string): object => ({ answer: 'no', why });

beforeEach(() => {
  kube = new FakeKube();
});

interface PodOptions {
  proxy?: boolean | 'native';
  ready?: boolean;
  terminating?: boolean;
  phase?: string;
}

function putPod(
  name: string,
  { proxy = true, ready = true, terminating = false, phase = 'Running' }: PodOptions = {},
): void {
  const sidecar = { name: 'istio-proxy' };
  kube.put({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      labels: { app: 'web' },
      ...(terminating ? { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['example.com/hold'] } : {}),
    },
    spec: {
      containers: [{ name: 'web' }, ...(proxy === true ? [sidecar] : [])],
      initContainers: proxy === 'native' ? [sidecar] : [],
    },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  });
}

function putDeployment(status: Record<string, number> = {}): void {
  const manifest: KubeManifest = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } } },
  };
  kube.put({
    ...manifest,
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, ...status },
  });
}

const rolledOut: Check = {
  check: 'workload.rolledOut',
  cluster: 'lab',
  namespace,
  kind: 'Deployment',
  name: 'web',
  proxy: true,
};

describe('workload.rolledOut', () => {
  it('holds when all pods are ready and carry a proxy, native or not', async () => {
    putDeployment();
    putPod('a');
    putPod('b', { proxy: 'native' });
    putPod('finished', { phase: 'Succeeded', proxy: false });
    expect(await ask(rolledOut)).toEqual({ answer: 'yes' });
    expect(await ask({ ...rolledOut, proxy: false })).toEqual(no('pod a still carries a proxy'));
  });

  it.each<[string, Record<string, number>, PodOptions, string]>([
    ['an unseen generation', { observedGeneration: 0 }, {}, 'its controller has not seen the present generation'],
    ['old replicas', { updatedReplicas: 1, replicas: 3 }, {}, '1 of 2 replica(s) updated, 2 ready, 3 in all'],
    ['a pod that is not ready', {}, { ready: false }, 'pod b is not ready'],
    ['an old pod on its way out', {}, { terminating: true }, '1 pod(s) are still terminating, b among them'],
    ['a pod without a proxy', {}, { proxy: false }, 'pod b carries no proxy'],
    ['a pod that failed', {}, { phase: 'Failed' }, '1 pod(s) are there; 2 are wanted'],
  ])('does not hold with %s', async (_what, status, pod, why) => {
    putDeployment(status);
    putPod('a');
    putPod('b', pod);
    expect(await ask(rolledOut)).toEqual(no(why));
  });

  it('does not hold for a workload that is gone', async () => {
    expect(await ask(rolledOut)).toEqual(no('Deployment shop/web does not exist'));
  });
});

describe('kube.present and kube.absent', () => {
  const object = { apiVersion: 'v1', kind: 'Service', namespace, name: 'made' };

  it('tell ours from what is there, and what is there from nothing', async () => {
    expect(await ask({ check: 'kube.present', cluster: 'lab', ...object })).toEqual(
      no('Service shop/made does not exist'),
    );
    expect(await ask({ check: 'kube.absent', cluster: 'lab', ...object })).toEqual({ answer: 'yes' });
    const manifest = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'made', namespace },
      spec: { type: 'ClusterIP' },
    };
    kube.put(manifest, 'helm');
    expect(await ask({ check: 'kube.present', cluster: 'lab', ...object })).toEqual(
      no('Service shop/made is not ours: helm'),
    );
    kube.put({
      ...manifest,
      metadata: { ...manifest.metadata, labels: { 'app.kubernetes.io/managed-by': 'meshway' } },
    });
    expect(await ask({ check: 'kube.present', cluster: 'lab', ...object })).toEqual({ answer: 'yes' });
    expect(await ask({ check: 'kube.absent', cluster: 'lab', ...object })).toEqual(
      no('Service shop/made still exists'),
    );
  });

  it('are unknown where the kind is not served', async () => {
    kube.unserved.add('Service (v1)');
    expect(await ask({ check: 'kube.absent', cluster: 'lab', ...object })).toEqual({
      answer: 'unknown',
      why: 'Cluster lab does not serve Service (v1).',
    });
  });
});

describe('route.accepted', () => {
  const check: Check = { check: 'route.accepted', cluster: 'lab', namespace, name: 'catalog' };
  const condition = (type: string, more: object = {}): object => ({
    type,
    status: 'True',
    observedGeneration: 1,
    ...more,
  });
  function putRoute(conditions: object[] | null): void {
    const parents = conditions === null ? [] : [{ parentRef: { kind: 'ServiceEntry', name: 'catalog' }, conditions }];
    kube.put({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'catalog', namespace },
      spec: { parentRefs: [{ name: 'catalog' }] },
      status: { parents },
    });
  }

  it.each<[string, object[] | null, object]>([
    ['both conditions', [condition('Accepted'), condition('ResolvedRefs')], { answer: 'yes' }],
    ['no answer', null, no('0 of 1 parent(s) have answered')],
    ['half an answer', [condition('Accepted')], no('parent ServiceEntry catalog: ResolvedRefs is not reported')],
    [
      'an old answer',
      [condition('Accepted', { observedGeneration: 0 }), condition('ResolvedRefs')],
      no('parent ServiceEntry catalog: Accepted is reported for an earlier generation'),
    ],
    [
      'a refusal',
      [
        condition('Accepted'),
        condition('ResolvedRefs', { status: 'False', reason: 'BackendNotFound', message: 'no catalog-vm' }),
      ],
      no('parent ServiceEntry catalog: ResolvedRefs is False: BackendNotFound no catalog-vm'),
    ],
  ])('with %s', async (_what, conditions, answer) => {
    putRoute(conditions);
    expect(await ask(check)).toEqual(answer);
  });

  it('is no for a route that is not there', async () => {
    expect(await ask(check)).toEqual(no('HTTPRoute shop/catalog does not exist'));
  });
});

describe('entry.registered and entry.absent', () => {
  const about = { cluster: 'lab', namespace, group: 'catalog-vm', address: '192.0.2.11' };
  function putEntry(name: string, more: { annotations?: Record<string, string>; healthy?: string } = {}): void {
    kube.put({
      apiVersion: 'networking.istio.io/v1',
      kind: 'WorkloadEntry',
      metadata: {
        name,
        namespace,
        annotations: { 'istio.io/autoRegistrationGroup': 'catalog-vm', ...more.annotations },
      },
      spec: { address: '192.0.2.11' },
      status: {
        conditions:
          more.healthy === undefined ? [] : [{ type: 'Healthy', status: more.healthy, message: 'probe failed' }],
      },
    });
  }

  it("are each other's opposite", async () => {
    expect(await ask({ check: 'entry.registered', ...about })).toEqual(
      no('no entry of group catalog-vm has the address 192.0.2.11'),
    );
    expect(await ask({ check: 'entry.absent', ...about })).toEqual({ answer: 'yes' });
    putEntry('catalog-vm-192.0.2.11', { healthy: 'True' });
    expect(await ask({ check: 'entry.registered', ...about })).toEqual({ answer: 'yes' });
    expect(await ask({ check: 'entry.registered', ...about, group: 'other' })).toMatchObject({ answer: 'no' });
    expect(await ask({ check: 'entry.absent', ...about })).toEqual(no('entry catalog-vm-192.0.2.11 is still there'));
  });

  it('want the proxy connected, healthy, and registered once', async () => {
    putEntry('one', { annotations: { 'istio.io/disconnectedAt': '2026-01-01T00:00:00Z' } });
    expect(await ask({ check: 'entry.registered', ...about })).toEqual(no('entry one says its proxy is disconnected'));
    putEntry('one', { healthy: 'False' });
    expect(await ask({ check: 'entry.registered', ...about })).toEqual(no('entry one is not healthy: probe failed'));
    putEntry('one');
    putEntry('two');
    expect(await ask({ check: 'entry.registered', ...about })).toMatchObject({
      answer: 'no',
      why: expect.stringContaining('2 entries') as string,
    });
  });
});
