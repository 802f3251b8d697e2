import { beforeEach, describe, expect, it } from 'vitest';
import { kubeOperations } from '../../../../src/execute/operations/kube/index.ts';
import { ownedObjects, restampOwned } from '../../../../src/execute/owned.ts';
import type { OperationOf } from '../../../../src/plans/operation.ts';
import { FakeKube } from '../../../fakes/kube.ts';
import { contextOf, run, service } from './context.ts';

const ref = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'made' };
const create: OperationOf<'kube.create'> = { op: 'kube.create', cluster: 'lab', manifest: service() };
const remove: OperationOf<'kube.delete'> = { op: 'kube.delete', cluster: 'lab', ref };
const { probe } = kubeOperations['kube.create'];
let kube: FakeKube;

beforeEach(() => {
  kube = new FakeKube();
});

describe('kube.create and kube.delete', () => {
  it('make and remove a stamped object, and do nothing twice', async () => {
    const context = contextOf(kube);
    expect(await probe(create, context)).toEqual({ state: 'not-done' });
    await run(create, context);
    expect(await probe(create, context)).toEqual({ state: 'done' });
    expect(await ownedObjects(kube, ['shop'], 'r1')).toEqual([
      { ...ref, run: 'r1', step: 'join/inject', planDigest: 'sha256:p', token: 1 },
    ]);
    expect(await run(remove, context)).toEqual(['Service shop/made is gone']);
    expect(await run(remove, context)).toEqual(['Service shop/made was gone already']);
    expect(kube.writes).toEqual(['create Service shop/made', 'remove Service shop/made']);
  });

  it('put right what is ours, and leave alone what is not', async () => {
    await run(create, contextOf(kube));
    const live = await kube.get(ref);
    await kube.replace({ ...(live as NonNullable<typeof live>), spec: { selector: { app: 'other' }, ports: [] } });
    expect(await probe(create, contextOf(kube))).toEqual({ state: 'partial' });
    await run(create, contextOf(kube));
    expect(await probe(create, contextOf(kube))).toEqual({ state: 'done' });
    expect(await probe(create, contextOf(kube, { run: 'r2' }))).toEqual({ state: 'foreign', who: 'meshway run r1' });
    expect(await probe(create, contextOf(kube, { planDigest: 'sha256:q' }))).toMatchObject({ state: 'foreign' });
  });

  it('name who made a foreign object, and refuse to touch it', async () => {
    kube.put(service(), 'argocd-controller');
    expect(await probe(create, contextOf(kube))).toEqual({ state: 'foreign', who: 'argocd-controller' });
    await expect(run(create, contextOf(kube))).rejects.toMatchObject({ code: 'MW1407' });
    await expect(run(remove, contextOf(kube))).rejects.toMatchObject({ code: 'MW1407' });
    await expect(kubeOperations['kube.delete'].preview(remove, contextOf(kube))).rejects.toMatchObject({
      code: 'MW1407',
    });
    expect(kube.writes).toEqual([]);
  });

  it('are fenced by the token of a newer holder', async () => {
    await run(create, contextOf(kube));
    const stamp = { run: 'r1', planDigest: 'sha256:p', step: 'any/step', token: 2 };
    expect(await restampOwned(kube, ['shop'], stamp)).toBe(1);
    expect(await restampOwned(kube, ['shop'], stamp)).toBe(0);
    expect((await ownedObjects(kube, ['shop']))[0]).toMatchObject({ step: 'join/inject', token: 2 });
    await expect(run(remove, contextOf(kube))).rejects.toMatchObject({
      code: 'MW1612',
      args: { place: 'Service shop/made of run r1', found: '2', ours: 1 },
    });
  });

  it('wait for finalizers until time runs out', async () => {
    await run(
      { ...create, manifest: { ...service(), metadata: { ...service().metadata, finalizers: ['example.com/hold'] } } },
      contextOf(kube),
    );
    await expect(run(remove, contextOf(kube))).rejects.toMatchObject({
      code: 'MW1402',
      args: { observed: 'Service shop/made is held by finalizers example.com/hold' },
    });
    expect(await kubeOperations['kube.delete'].probe(remove, contextOf(kube))).toEqual({ state: 'partial' });
  });

  it('preview without storing anything', async () => {
    expect(await kubeOperations['kube.create'].preview(create, contextOf(kube))).toMatchObject({
      change: 'create',
      target: 'cluster lab',
    });
    expect(await kube.get(ref)).toBeNull();
    expect(await kubeOperations['kube.delete'].preview(remove, contextOf(kube))).toMatchObject({
      change: 'none',
      diff: '',
    });
    await run(create, contextOf(kube));
    expect(await kubeOperations['kube.create'].preview(create, contextOf(kube))).toMatchObject({ change: 'none' });
    expect((await kubeOperations['kube.delete'].preview(remove, contextOf(kube))).diff).toContain('-kind: Service');
    expect(kube.writes).toEqual(['create Service shop/made']);
  });

  it('own nothing of a kind that is not served', async () => {
    kube.unserved.add('HTTPRoute (gateway.networking.k8s.io/v1)');
    expect(await ownedObjects(kube, ['shop'])).toEqual([]);
  });
});
