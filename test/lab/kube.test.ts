import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCheck } from '../../src/execute/checks/index.ts';
import type { OperationContext, OperationHandler, Stamp, World } from '../../src/execute/handler.ts';
import { kubeOperations } from '../../src/execute/operations/kube/index.ts';
import { ownedObjects, restampOwned } from '../../src/execute/owned.ts';
import type { Answer, Check } from '../../src/plans/check.ts';
import type { KubeManifest, KubeRef, OperationKind, OperationOf } from '../../src/plans/operation.ts';
import type { KubeObject, KubePort } from '../../src/ports/contracts.ts';
import { openKube } from '../../src/ports/kube.ts';
import { readRaw } from '../../src/probes/kubernetes/read.ts';
import { parseCluster } from '../../src/probes/kubernetes/index.ts';
import { kubectl, labPaths } from './handle.ts';

const namespace = 'kubeops';
const places = { baseDirectory: '/', workingTree: process.cwd() };
const kube = openKube({ name: 'lab', kubeconfig: labPaths().kubeconfig }, places);
const viewer = openKube({ name: 'lab', kubeconfig: labPaths().viewerKubeconfig }, places);

const stamp = (more: Partial<Stamp> = {}): Stamp => ({ run: 'r1', planDigest: 'sha256:p', step: 'join/inject', token: 1, ...more });
function context(more: Partial<Stamp> = {}, port: KubePort = kube): OperationContext {
  const clock = { now: () => Date.now(), sleep: (ms: number) => new Promise<boolean>((resolve) => setTimeout(() => resolve(true), ms)) };
  return { world: { kube: () => port, clock } as unknown as World, stamp: stamp(more), timeoutMs: 20_000 };
}

const web: KubeRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' };
const inject = { spec: { template: { metadata: { labels: { 'sidecar.istio.io/inject': 'true' } } } } };
const setInject: OperationOf<'kube.set'> = { op: 'kube.set', cluster: 'lab', ref: web, fields: inject };
const unsetInject: OperationOf<'kube.unset'> = { op: 'kube.unset', cluster: 'lab', ref: web, fields: inject };
const service: KubeManifest = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'made', namespace }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 8080, targetPort: 8080, appProtocol: 'http' }] } };
const serviceRef: KubeRef = { apiVersion: 'v1', kind: 'Service', namespace, name: 'made' };
const createService: OperationOf<'kube.create'> = { op: 'kube.create', cluster: 'lab', manifest: service };
const deleteService: OperationOf<'kube.delete'> = { op: 'kube.delete', cluster: 'lab', ref: serviceRef };

const container = { name: 'pause', image: 'lab.local/none', imagePullPolicy: 'Never' };
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace }, spec: { replicas: 0, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } } } };

async function run(operation: OperationOf<keyof typeof kubeOperations>, at = context()): Promise<string[]> {
  const handler = kubeOperations[operation.op] as unknown as OperationHandler<OperationKind>;
  await handler.remember(operation, at);
  return await handler.apply(operation, at);
}

/** The parts of an object that a person would call equal: all but the server's counters and times. */
function comparable(object: KubeObject | null): unknown {
  const { status: _status, metadata, ...rest } = object as KubeObject;
  const { resourceVersion: _version, generation: _generation, managedFields = [], ...named } = metadata;
  const { 'deployment.kubernetes.io/revision': _revision, ...annotations } = named.annotations ?? {};
  return { ...rest, metadata: { ...named, annotations, managers: managedFields.filter((entry) => (entry as { subresource?: string }).subresource === undefined).map(({ manager, fieldsV1 }) => ({ manager, fieldsV1 })) } };
}

beforeAll(async () => {
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait']);
  await kubectl(['create', 'namespace', namespace]);
});

afterAll(async () => {
  await kubectl(['delete', 'namespace', namespace, '--wait=false']);
});

beforeEach(async () => {
  await kubectl(['-n', namespace, 'delete', 'deployment,service,secret,httproute', '--all', '--wait']);
  await kubectl(['apply', '-f', '-'], { input: JSON.stringify(deployment) });
});

describe('objects of ours', () => {
  it('are created with a stamp, seen as done, listed, and deleted until they are gone', async () => {
    const { probe } = kubeOperations['kube.create'];
    expect(await probe(createService, context())).toEqual({ state: 'not-done' });
    await run(createService);
    expect(await probe(createService, context())).toEqual({ state: 'done' });
    const live = await kube.get(serviceRef);
    expect(live?.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'meshway', 'meshway.dev/run': 'r1' });
    expect(live?.metadata.annotations).toEqual({ 'meshway.dev/plan': 'sha256:p', 'meshway.dev/step': 'join/inject', 'meshway.dev/token': '1' });
    expect(await ownedObjects(kube, [namespace], 'r1')).toEqual([{ ...serviceRef, run: 'r1', step: 'join/inject', token: 1 }]);
    expect(await kubeOperations['kube.delete'].probe(deleteService, context())).toEqual({ state: 'not-done' });
    await run(deleteService);
    expect(await kubeOperations['kube.delete'].probe(deleteService, context())).toEqual({ state: 'done' });
    expect(await ownedObjects(kube, [namespace])).toEqual([]);
  });

  it('are put right when they differ, and refused when they are another run\'s or nobody\'s', async () => {
    await run(createService);
    await kubectl(['-n', namespace, 'patch', 'service', 'made', '--type=merge', '-p', '{"spec":{"selector":{"app":"other"}}}']);
    const { probe } = kubeOperations['kube.create'];
    expect(await probe(createService, context())).toEqual({ state: 'partial' });
    await run(createService);
    expect(await probe(createService, context())).toEqual({ state: 'done' });
    expect(await probe(createService, context({ run: 'r2' }))).toEqual({ state: 'foreign', who: 'meshway run r1' });
    await expect(run(deleteService, context({ run: 'r2' }))).rejects.toMatchObject({ code: 'MW1407' });
    await kubectl(['-n', namespace, 'label', 'service', 'made', 'app.kubernetes.io/managed-by-']);
    await expect(run(createService)).rejects.toMatchObject({ code: 'MW1407', args: { owner: 'meshway once, but its stamp is gone' } });
    await kubectl(['-n', namespace, 'delete', 'service', 'made']);
    await kubectl(['apply', '-f', '-'], { input: JSON.stringify(service) });
    expect(await probe(createService, context())).toEqual({ state: 'foreign', who: 'kubectl-client-side-apply' });
    await expect(run(createService)).rejects.toMatchObject({ code: 'MW1407' });
  });

  it('are fenced by the token: a former holder can neither change nor delete them', async () => {
    await run(createService);
    expect(await restampOwned(kube, [namespace], stamp({ token: 2 }))).toBe(1);
    expect(await kubeOperations['kube.delete'].probe(deleteService, context())).toMatchObject({ state: 'foreign', who: expect.stringContaining('newer holder') as string });
    await expect(run(deleteService)).rejects.toMatchObject({ code: 'MW1407' });
    await run(deleteService, context({ token: 2 }));
    expect(await kube.get(serviceRef)).toBeNull();
  });

  it('wait for finalizers, and say which one holds them when time runs out', async () => {
    await run(createService);
    await kubectl(['-n', namespace, 'patch', 'service', 'made', '--type=merge', '-p', '{"metadata":{"finalizers":["example.com/hold"]}}']);
    await expect(kubeOperations['kube.delete'].apply(deleteService, { ...context(), timeoutMs: 1000 })).rejects.toMatchObject({ code: 'MW1402', args: { observed: expect.stringContaining('example.com/hold') as string } });
    await kubectl(['-n', namespace, 'patch', 'service', 'made', '--type=merge', '-p', '{"metadata":{"finalizers":null}}']);
    await run(deleteService);
  });

  it('are shown by a dry run that stores nothing', async () => {
    const preview = await kubeOperations['kube.create'].preview(createService, context());
    expect(preview).toMatchObject({ change: 'create', target: 'cluster lab' });
    expect(preview.diff).toContain('+  clusterIP: ');
    expect(await kube.get(serviceRef)).toBeNull();
    await run(createService);
    const before = await kube.get(serviceRef);
    expect(await kubeOperations['kube.delete'].preview(deleteService, context())).toMatchObject({ change: 'delete' });
    expect(await kube.get(serviceRef)).toEqual(before);
  });
});

describe('fields of others', () => {
  it('are set and given back without a trace, the record with them', async () => {
    const before = await kube.get(web);
    const { probe } = kubeOperations['kube.set'];
    expect(await probe(setInject, context())).toEqual({ state: 'not-done' });
    await run(setInject);
    expect(await probe(setInject, context())).toEqual({ state: 'done' });
    const set = await kube.get(web);
    expect(set?.metadata.labels).toEqual(before?.metadata.labels);
    expect(await kubeOperations['kube.unset'].probe(unsetInject, context())).toEqual({ state: 'not-done' });
    await run(unsetInject);
    expect(comparable(await kube.get(web))).toEqual(comparable(before));
    expect(await kubeOperations['kube.unset'].probe(unsetInject, context())).toEqual({ state: 'done' });
    expect(await ownedObjects(kube, [namespace])).toEqual([]);
  });

  it('keep what the first record says, whatever comes after', async () => {
    await kubeOperations['kube.set'].remember(setInject, context());
    await kubectl(['-n', namespace, 'patch', 'deployment', 'web', '--type=merge', '-p', '{"spec":{"template":{"metadata":{"labels":{"sidecar.istio.io/inject":"true"}}}}}']);
    await kubeOperations['kube.set'].remember(setInject, context());
    const secret = await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'meshway-r1' });
    const [encoded = ''] = Object.values(secret?.['data'] as Record<string, string>);
    expect(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))).toMatchObject({ leaves: [{ before: { missingFrom: 4 } }] });
  });

  it('set by two steps are given back one by one', async () => {
    const before = await kube.get(web);
    const pace = { spec: { minReadySeconds: 3 } };
    const setPace: OperationOf<'kube.set'> = { ...setInject, fields: pace };
    // minReadySeconds is left out by the server when it is zero, so nobody owns it.
    await run(setInject);
    await run(setPace, context({ step: 'join/pace' }));
    const both = (await kube.get(web)) as unknown as { spec: { minReadySeconds?: number; template: { metadata: { labels: unknown } } } };
    expect(both.spec.template.metadata.labels).toEqual({ app: 'web', 'sidecar.istio.io/inject': 'true' });
    await run(unsetInject);
    const one = (await kube.get(web)) as unknown as typeof both;
    expect(one.spec.minReadySeconds).toBe(3);
    expect(one.spec.template.metadata.labels).toEqual({ app: 'web' });
    await run({ ...unsetInject, fields: pace }, context({ step: 'join/pace' }));
    expect(comparable(await kube.get(web))).toEqual(comparable(before));
  });

  it('that others manage are a conflict that names them', async () => {
    const replicas: OperationOf<'kube.set'> = { ...setInject, fields: { spec: { replicas: 2 } } };
    await expect(run(replicas)).rejects.toMatchObject({ code: 'MW1207', args: { manager: 'kubectl-client-side-apply' } });
    await expect(kubeOperations['kube.set'].preview(replicas, context())).rejects.toMatchObject({ code: 'MW1207' });
    expect(((await kube.get(web)) as unknown as { spec: { replicas: number } }).spec.replicas).toBe(0);
  });

  it('of an object that is gone are never made', async () => {
    const gone: OperationOf<'kube.set'> = { ...setInject, ref: { ...web, name: 'gone' } };
    await expect(run(gone)).rejects.toMatchObject({ code: 'MW1210' });
    expect(await kube.get(gone.ref)).toBeNull();
  });

  it('are not set without a record of what was there', async () => {
    await expect(kubeOperations['kube.set'].apply(setInject, context())).rejects.toMatchObject({ code: 'MW1214' });
  });

  it('shared with somebody else are left to them', async () => {
    await run(setInject);
    await kubectl(['-n', namespace, 'apply', '--server-side', '--field-manager=gitops', '-f', '-'], { input: JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace }, ...inject }) });
    const [observed] = await run(unsetInject);
    expect(observed).toContain('left to gitops');
    expect((await kube.get(web))?.metadata.managedFields?.map(({ manager }) => manager)).not.toContain('meshway');
    expect(await kubeOperations['kube.unset'].probe(unsetInject, context())).toEqual({ state: 'done' });
  });

  it('get back the value they had, also where nobody owned it', async () => {
    // What the server fills in after a server-side apply belongs to nobody.
    await kubectl(['-n', namespace, 'delete', 'deployment', 'web']);
    await kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(deployment) });
    const before = await kube.get(web);
    const fields = { spec: { progressDeadlineSeconds: 700 } };
    await run({ ...setInject, fields });
    await run({ ...unsetInject, fields });
    const after = await kube.get(web);
    expect(comparable(after)).toEqual(comparable(before));
  });

  it('leave no empty parents behind', async () => {
    const policy: KubeObject = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata: { name: 'theirs', namespace }, spec: {} };
    await kubectl(['apply', '-f', '-'], { input: JSON.stringify(policy) });
    const ref: KubeRef = { apiVersion: policy.apiVersion, kind: policy.kind, namespace, name: 'theirs' };
    const before = await kube.get(ref);
    const fields = { spec: { mtls: { mode: 'STRICT' } } };
    await run({ op: 'kube.set', cluster: 'lab', ref, fields });
    await run({ op: 'kube.unset', cluster: 'lab', ref, fields });
    expect(comparable(await kube.get(ref))).toEqual(comparable(before));
  });

  it('are shown by a dry run that stores nothing, in both directions', async () => {
    const before = await kube.get(web);
    const preview = await kubeOperations['kube.set'].preview(setInject, context());
    expect(preview.change).toBe('update');
    expect(preview.diff).toContain('+        sidecar.istio.io/inject: "true"');
    expect(comparable(await kube.get(web))).toEqual(comparable(before));
    await run(setInject);
    const set = await kube.get(web);
    expect((await kubeOperations['kube.unset'].preview(unsetInject, context())).diff).toContain('-        sidecar.istio.io/inject: "true"');
    expect(comparable(await kube.get(web))).toEqual(comparable(set));
  });
});

describe('weights', () => {
  const ref: KubeRef = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace, name: 'web' };
  const backend = (name: string, weight: number): object => ({ group: '', kind: 'Service', name, port: 8080, weight });
  const route: KubeManifest = { apiVersion: ref.apiVersion, kind: ref.kind, metadata: { name: 'web', namespace }, spec: { parentRefs: [{ group: '', kind: 'Service', name: 'made', port: 8080 }], rules: [{ backendRefs: [backend('a', 100), backend('b', 0)] }] } };
  const weigh = (a: number, b: number): OperationOf<'route.weights'> => ({ op: 'route.weights', cluster: 'lab', ref, backends: [{ name: 'a', weight: a }, { name: 'b', weight: b }] });

  it('move in one update, and only ours, whole and complete', async () => {
    await run({ op: 'kube.create', cluster: 'lab', manifest: route });
    expect(await kubeOperations['kube.create'].probe({ op: 'kube.create', cluster: 'lab', manifest: route }, context())).toEqual({ state: 'done' });
    const { probe } = kubeOperations['route.weights'];
    expect(await probe(weigh(100, 0), context())).toEqual({ state: 'done' });
    expect(await probe(weigh(50, 50), context())).toEqual({ state: 'not-done' });
    const created = await kube.get(ref);
    expect((await kubeOperations['route.weights'].preview(weigh(50, 50), context())).diff).toContain('+          weight: 50');
    await run(weigh(50, 50));
    expect((await kube.get(ref))?.metadata.generation).toBe((created?.metadata.generation ?? 0) + 1);
    expect(await probe(weigh(50, 50), context())).toEqual({ state: 'done' });
    await expect(run(weigh(50, 49))).rejects.toMatchObject({ code: 'MW1215' });
    await expect(run({ ...weigh(50, 50), backends: [{ name: 'a', weight: 100 }] })).rejects.toMatchObject({ code: 'MW1215' });
    await expect(run(weigh(0, 100), context({ run: 'r2' }))).rejects.toMatchObject({ code: 'MW1407' });
  });
});

describe('a Deployment on real ground', () => {
  const name = 'echo';
  const ref: KubeRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name };
  const backend = `outbound|8080||${name}.${namespace}.svc.cluster.local`;
  const at = (): World => context().world;
  const rolledOut = (proxy: boolean): Check => ({ check: 'workload.rolledOut', cluster: 'lab', namespace, kind: 'Deployment', name, proxy });
  const endpoints = (healthy: number): Check => ({ check: 'proxy.endpoints', callers: [{ cluster: 'lab', namespace, kind: 'Deployment', name }], backend, healthy });

  async function until(check: Check): Promise<Answer> {
    for (let left = 240; left > 0; left -= 1) {
      const answer = await readCheck(check, at());
      if (answer.answer === 'yes' || left === 1) return answer;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error('not reached');
  }

  it('joins by a label, sees its backends in its own proxies, and leaves without a trace', async () => {
    const shop = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' });
    const image = (shop as unknown as { spec: { template: { spec: { containers: { image: string }[] } } } }).spec.template.spec.containers[0]?.image;
    const labels = { app: name };
    const spec = { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { terminationGracePeriodSeconds: 5, containers: [{ name, image, imagePullPolicy: 'IfNotPresent', args: ['-name', name, '-listen', ':8080'], ports: [{ containerPort: 8080 }] }] } } };
    await kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec }) });
    expect(await until(rolledOut(false))).toEqual({ answer: 'yes' });
    const before = await kube.get(ref);
    await run({ op: 'kube.create', cluster: 'lab', manifest: { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { selector: labels, ports: [{ name: 'http', port: 8080, appProtocol: 'http' }] } } });
    await run({ op: 'kube.set', cluster: 'lab', ref, fields: inject });
    expect(await until(rolledOut(true))).toEqual({ answer: 'yes' });
    expect(await until(endpoints(2))).toEqual({ answer: 'yes' });
    expect(await readCheck(endpoints(3), at())).toMatchObject({ answer: 'no', why: expect.stringContaining('has 2 healthy endpoint(s)') as string });
    expect(parseCluster('lab', await readRaw(kube, { namespaces: [namespace] })).workloads.find((workload) => workload.name === name)).toMatchObject({ meshed: true });
    await run({ op: 'kube.unset', cluster: 'lab', ref, fields: inject });
    expect(await until(rolledOut(false))).toEqual({ answer: 'yes' });
    expect(comparable(await kube.get(ref))).toEqual(comparable(before));
    await kubectl(['-n', namespace, 'delete', 'deployment', name]);
  });
});

describe('refusals', () => {
  it('are coded: forbidden, unreachable, a kind that is not served, a name that is not there', async () => {
    await expect(viewer.get(web)).rejects.toMatchObject({ code: 'MW1203', args: { verb: 'get', resource: 'deployments.apps', scope: `namespace ${namespace}` } });
    await expect(viewer.list({ apiVersion: 'v1', kind: 'Secret', namespace })).rejects.toMatchObject({ code: 'MW1203', args: { verb: 'list' } });
    await expect(viewer.create(service)).rejects.toMatchObject({ code: 'MW1203' });
    await expect(viewer.token({ namespace, serviceAccount: 'default', audience: 'istio-ca', expirationSeconds: 3600 })).rejects.toMatchObject({ code: 'MW1203' });
    await expect(viewer.exec({ namespace, name: 'none', container: 'none' }, ['true'], { timeoutMs: 5000 })).rejects.toMatchObject({ code: 'MW1203', args: { resource: 'pods/exec' } });
    await expect(kube.get({ apiVersion: 'mesh.example.com/v1', kind: 'Nothing', namespace, name: 'x' })).rejects.toMatchObject({ code: 'MW1204', args: { kinds: 'Nothing (mesh.example.com/v1)' } });
    await expect(kube.exec({ namespace, name: 'none', container: 'none' }, ['true'], { timeoutMs: 5000 })).rejects.toMatchObject({ code: 'MW1210' });
  });

  it('are coded: credentials that nobody accepts, and answers past the limit', async () => {
    const config = parse(await readFile(labPaths().kubeconfig, 'utf8')) as { users: { user: object }[] };
    const kubeconfig = join(await mkdtemp(join(tmpdir(), 'meshway-kube-')), 'kubeconfig');
    await writeFile(kubeconfig, JSON.stringify({ ...config, users: config.users.map((user) => ({ ...user, user: { token: 'nonsense' } })) }));
    await expect(openKube({ name: 'lab', kubeconfig }, places).get(web)).rejects.toMatchObject({ code: 'MW1202' });
    await rm(dirname(kubeconfig), { recursive: true });
    const small = openKube({ name: 'lab', kubeconfig: labPaths().kubeconfig }, { ...places, maxResponseBytes: 100_000 });
    await expect(small.list({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' })).rejects.toMatchObject({ code: 'MW1209' });
  });

  it('are the server\'s for fields that a kind does not have', async () => {
    const odd = { ...service, spec: { ...(service['spec'] as object), nonsense: true } };
    await expect(kube.create(odd)).rejects.toMatchObject({ code: 'MW1208' });
  });
});

describe('the port', () => {
  it('tells who the cluster is, and gives tokens', async () => {
    expect(await kube.identity()).toEqual({ version: 'v1.34.4', uid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
    const token = await kube.token({ namespace, serviceAccount: 'default', audience: 'istio-ca', expirationSeconds: 3600 });
    expect(token.split('.')).toHaveLength(3);
  });

  it('runs programs in pods and returns their output and exit status', async () => {
    const [pod] = await kube.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'istio-system', labelSelector: 'app=istiod' });
    const at = { namespace: 'istio-system', name: pod?.metadata.name ?? '', container: 'discovery' };
    const argv = ['/usr/local/bin/pilot-discovery', 'version', '--short'];
    expect(await kube.exec(at, argv, { timeoutMs: 20_000 })).toMatchObject({ exitCode: 0 });
    expect((await kube.exec(at, ['/usr/local/bin/pilot-discovery', 'nonsense'], { timeoutMs: 20_000 })).exitCode).not.toBe(0);
    await expect(kube.exec({ ...at, container: 'none' }, argv, { timeoutMs: 20_000 })).rejects.toMatchObject({ code: expect.stringMatching(/^MW12/) as string });
  });

  it('reads the whole cluster into facts', async () => {
    const facts = parseCluster('lab', await readRaw(kube, { namespaces: [namespace] }));
    expect(facts.mesh).toMatchObject({ trustDomain: 'cluster.local', clusterId: 'Kubernetes', discovery: { service: 'istiod', port: 15012 } });
    expect(facts.crds['httproutes.gateway.networking.k8s.io']).toContain('v1');
    expect(facts.workloads).toMatchObject([{ name: 'web', meshed: false, surges: false, replicas: 0 }]);
  });
});
