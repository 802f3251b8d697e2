import { beforeEach, describe, expect, it } from 'vitest';
import { isMeshError } from '../../../../src/errors/index.ts';
import { kubeOperations } from '../../../../src/execute/operations/kube/index.ts';
import type { OperationOf } from '../../../../src/plans/operation.ts';
import { FakeKube } from '../../../fakes/kube.ts';
import { contextOf, deployment, run, web } from './context.ts';

const inject = { spec: { template: { metadata: { labels: { 'sidecar.istio.io/inject': 'true' } } } } };
const set: OperationOf<'kube.set'> = { op: 'kube.set', cluster: 'lab', ref: web, fields: inject };
const unset: OperationOf<'kube.unset'> = { op: 'kube.unset', cluster: 'lab', ref: web, fields: inject };
const pace = { spec: { minReadySeconds: 3 } };
let kube: FakeKube;

beforeEach(() => {
  kube = new FakeKube();
  kube.put(deployment());
});

const labels = async (): Promise<unknown> =>
  ((await kube.get(web)) as unknown as { spec: { template: { metadata: { labels: unknown } } } }).spec.template.metadata
    .labels;

describe('kube.set and kube.unset', () => {
  it('change only the fields, and leave everything as it was', async () => {
    const before = kube.snapshot();
    expect(await kubeOperations['kube.set'].probe(set, contextOf(kube))).toEqual({ state: 'not-done' });
    await run(set, contextOf(kube));
    expect(await labels()).toEqual({ app: 'web', 'sidecar.istio.io/inject': 'true' });
    expect(await kubeOperations['kube.set'].probe(set, contextOf(kube))).toEqual({ state: 'done' });
    expect(await kubeOperations['kube.unset'].probe(unset, contextOf(kube))).toEqual({ state: 'not-done' });
    await run(unset, contextOf(kube));
    expect(kube.snapshot()).toEqual(before);
    expect(await kubeOperations['kube.unset'].probe(unset, contextOf(kube))).toEqual({ state: 'done' });
  });

  it('carry on after a crash at every instant', async () => {
    const before = kube.snapshot();
    // Crash after the record: the second record must not see the change. Crash after the change: it is done.
    await kubeOperations['kube.set'].remember(set, contextOf(kube));
    await kubeOperations['kube.set'].apply(set, contextOf(kube));
    await run(set, contextOf(kube));
    const secret = await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'meshway-r1' });
    await run(unset, contextOf(kube));
    // Crash between the give-back and the end of the record.
    kube.put({ ...secret, metadata: { ...secret?.metadata } } as never, 'meshway');
    expect(await kubeOperations['kube.unset'].probe(unset, contextOf(kube))).toEqual({ state: 'partial' });
    await run(unset, contextOf(kube));
    expect(kube.snapshot()).toEqual(before);
  });

  it('of two steps are kept apart', async () => {
    const before = kube.snapshot();
    await run(set, contextOf(kube));
    await run({ ...set, fields: pace }, contextOf(kube, { step: 'join/pace' }));
    expect(await labels()).toEqual({ app: 'web', 'sidecar.istio.io/inject': 'true' });
    await run(unset, contextOf(kube));
    expect(await labels()).toEqual({ app: 'web' });
    expect(await kube.get(web)).toMatchObject({ spec: { minReadySeconds: 3 } });
    await run({ ...unset, fields: pace }, contextOf(kube, { step: 'join/pace' }));
    expect(kube.snapshot()).toEqual(before);
  });

  it('name whose fields are in the way', async () => {
    await expect(run({ ...set, fields: { spec: { replicas: 5 } } }, contextOf(kube))).rejects.toMatchObject({
      code: 'MW1207',
      args: { manager: 'kubectl' },
    });
  });

  it('leave a field to whoever took it over', async () => {
    await run(set, contextOf(kube));
    kube.applyAs('gitops', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      ...inject,
    });
    const [said] = await run(unset, contextOf(kube));
    expect(said).toContain('spec.template.metadata.labels.sidecar.istio.io/inject left to gitops');
    expect(await labels()).toMatchObject({ 'sidecar.istio.io/inject': 'true' });
  });

  it('have nothing to give back where nothing was set, or the object is gone', async () => {
    expect(await kubeOperations['kube.unset'].probe(unset, contextOf(kube))).toEqual({ state: 'done' });
    expect(await run(unset, contextOf(kube))).toEqual(['Deployment shop/web: nothing of ours']);
    await run(set, contextOf(kube));
    const live = await kube.get(web);
    await kube.remove(live as NonNullable<typeof live>);
    expect(await kubeOperations['kube.unset'].probe(unset, contextOf(kube))).toEqual({ state: 'partial' });
    expect(await run(unset, contextOf(kube))).toEqual(['Deployment shop/web is gone']);
    expect(kube.snapshot()).toEqual([]);
  });

  it('refuse what they cannot give back', async () => {
    await expect(kubeOperations['kube.set'].apply(set, contextOf(kube))).rejects.toSatisfy((error: unknown) =>
      isMeshError(error, 'MW1214'),
    );
    await expect(
      run({ ...set, fields: { spec: { template: { spec: { containers: [{ name: 'c' }] } } } } }, contextOf(kube)),
    ).rejects.toMatchObject({ code: 'MW1213' });
    await expect(run({ ...set, ref: { ...web, name: 'none' } }, contextOf(kube))).rejects.toMatchObject({
      code: 'MW1210',
    });
    await run(set, contextOf(kube));
    const secret = await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'meshway-r1' });
    await kube.remove(secret as NonNullable<typeof secret>);
    await expect(run(unset, contextOf(kube))).rejects.toMatchObject({ code: 'MW1214' });
  });

  it('refuse a record that a newer holder has taken over, and one that is damaged', async () => {
    await run(set, contextOf(kube, { token: 2 }));
    await expect(run(unset, contextOf(kube))).rejects.toMatchObject({ code: 'MW1612' });
    const secret = await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'meshway-r1' });
    const data = Object.fromEntries(
      Object.keys((secret as unknown as { data: object }).data).map((key) => [key, 'bm9uc2Vuc2U=']),
    );
    await kube.replace({ ...(secret as NonNullable<typeof secret>), data });
    await expect(run(unset, contextOf(kube, { token: 2 }))).rejects.toMatchObject({ code: 'MW1209' });
  });

  it('preview both ways without storing anything', async () => {
    const preview = await kubeOperations['kube.set'].preview(set, contextOf(kube));
    expect(preview).toMatchObject({ change: 'update' });
    expect(preview.diff).toContain('+        sidecar.istio.io/inject: "true"');
    expect(await kubeOperations['kube.unset'].preview(unset, contextOf(kube))).toMatchObject({ change: 'none' });
    expect(kube.writes).toEqual([]);
    await run(set, contextOf(kube));
    expect((await kubeOperations['kube.unset'].preview(unset, contextOf(kube))).diff).toContain(
      '-        sidecar.istio.io/inject: "true"',
    );
  });
});
