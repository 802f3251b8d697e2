import { describe, expect, it } from 'vitest';
import { kubeOperations } from '../../src/execute/operations/kube/index.ts';
import { ownedObjects } from '../../src/execute/owned.ts';
import type { KubeRef, OperationOf } from '../../src/plans/operation.ts';
import type { KubeObject } from '../../src/ports/contracts.ts';
import { kubectl } from './handle.ts';
import {
  comparable,
  context,
  deployment,
  inject,
  kube,
  namespace,
  run,
  setInject,
  unsetInject,
  useNamespace,
  web,
} from './kube-fixture.ts';

useNamespace();

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
    await kubectl([
      '-n',
      namespace,
      'patch',
      'deployment',
      'web',
      '--type=merge',
      '-p',
      '{"spec":{"template":{"metadata":{"labels":{"sidecar.istio.io/inject":"true"}}}}}',
    ]);
    await kubeOperations['kube.set'].remember(setInject, context());
    const secret = await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'meshway-r1' });
    const [encoded = ''] = Object.values(secret?.['data'] as Record<string, string>);
    expect(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))).toMatchObject({
      leaves: [{ before: { missingFrom: 4 } }],
    });
  });

  it('set by two steps are given back one by one', async () => {
    const before = await kube.get(web);
    const pace = { spec: { minReadySeconds: 3 } };
    const setPace: OperationOf<'kube.set'> = { ...setInject, fields: pace };
    // minReadySeconds is left out by the server when it is zero, so nobody owns it.
    await run(setInject);
    await run(setPace, context({ step: 'join/pace' }));
    const both = (await kube.get(web)) as unknown as {
      spec: { minReadySeconds?: number; template: { metadata: { labels: unknown } } };
    };
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
    await expect(run(replicas)).rejects.toMatchObject({
      code: 'MW1207',
      args: { manager: 'kubectl-client-side-apply' },
    });
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
    await kubectl(['-n', namespace, 'apply', '--server-side', '--field-manager=gitops', '-f', '-'], {
      input: JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace },
        ...inject,
      }),
    });
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
    const policy: KubeObject = {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'theirs', namespace },
      spec: {},
    };
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
    expect((await kubeOperations['kube.unset'].preview(unsetInject, context())).diff).toContain(
      '-        sidecar.istio.io/inject: "true"',
    );
    expect(comparable(await kube.get(web))).toEqual(comparable(set));
  });
});
