import { describe, expect, it } from 'vitest';
import { kubeOperations } from '../../src/execute/operations/kube/index.ts';
import { ownedObjects, restampOwned } from '../../src/execute/owned.ts';
import type { KubeManifest, KubeRef, OperationOf } from '../../src/plans/operation.ts';
import type { KubeObject } from '../../src/ports/contracts.ts';
import { kubectl } from './handle.ts';
import { comparable, context, createService, deleteService, deployment, inject, kube, namespace, run, service, serviceRef, setInject, stamp, unsetInject, useNamespace, web } from './kube-fixture.ts';

useNamespace();

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
