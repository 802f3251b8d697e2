import { describe, expect, it } from 'vitest';
import { kubeOperations } from '../../src/execute/operations/kube/index.ts';
import { ownedObjects, restampOwned } from '../../src/execute/owned.ts';
import { kubectl } from './handle.ts';
import {
  context,
  createService,
  deleteService,
  kube,
  namespace,
  run,
  service,
  serviceRef,
  stamp,
  useNamespace,
} from './kube-fixture.ts';

useNamespace();

describe('objects of ours', () => {
  it('are created with a stamp, seen as done, listed, and deleted until they are gone', async () => {
    const { probe } = kubeOperations['kube.create'];
    expect(await probe(createService, context())).toEqual({ state: 'not-done' });
    await run(createService);
    expect(await probe(createService, context())).toEqual({ state: 'done' });
    const live = await kube.get(serviceRef);
    expect(live?.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'meshway', 'meshway.dev/run': 'r1' });
    expect(live?.metadata.annotations).toEqual({
      'meshway.dev/plan': 'sha256:p',
      'meshway.dev/step': 'join/inject',
      'meshway.dev/token': '1',
    });
    expect(await ownedObjects(kube, [namespace], 'r1')).toEqual([
      { ...serviceRef, run: 'r1', step: 'join/inject', planDigest: 'sha256:p', token: 1 },
    ]);
    expect(await kubeOperations['kube.delete'].probe(deleteService, context())).toEqual({ state: 'not-done' });
    await run(deleteService);
    expect(await kubeOperations['kube.delete'].probe(deleteService, context())).toEqual({ state: 'done' });
    expect(await ownedObjects(kube, [namespace])).toEqual([]);
  });

  it("are put right when they differ, and refused when they are another run's or nobody's", async () => {
    await run(createService);
    await kubectl([
      '-n',
      namespace,
      'patch',
      'service',
      'made',
      '--type=merge',
      '-p',
      '{"spec":{"selector":{"app":"other"}}}',
    ]);
    const { probe } = kubeOperations['kube.create'];
    expect(await probe(createService, context())).toEqual({ state: 'partial' });
    await run(createService);
    expect(await probe(createService, context())).toEqual({ state: 'done' });
    expect(await probe(createService, context({ run: 'r2' }))).toEqual({ state: 'foreign', who: 'meshway run r1' });
    await expect(run(deleteService, context({ run: 'r2' }))).rejects.toMatchObject({ code: 'MW1407' });
    await kubectl(['-n', namespace, 'label', 'service', 'made', 'app.kubernetes.io/managed-by-']);
    await expect(run(createService)).rejects.toMatchObject({
      code: 'MW1407',
      args: { owner: 'meshway once, but its stamp is gone' },
    });
    await kubectl(['-n', namespace, 'delete', 'service', 'made']);
    await kubectl(['apply', '-f', '-'], { input: JSON.stringify(service) });
    expect(await probe(createService, context())).toEqual({ state: 'foreign', who: 'kubectl-client-side-apply' });
    await expect(run(createService)).rejects.toMatchObject({ code: 'MW1407' });
  });

  it('are fenced by the token: a former holder can neither change nor delete them', async () => {
    await run(createService);
    expect(await restampOwned(kube, [namespace], stamp({ token: 2 }))).toBe(1);
    const former = { code: 'MW1612' };
    await expect(kubeOperations['kube.delete'].probe(deleteService, context())).rejects.toMatchObject(former);
    await expect(run(deleteService)).rejects.toMatchObject(former);
    await run(deleteService, context({ token: 2 }));
    expect(await kube.get(serviceRef)).toBeNull();
  });

  it('wait for finalizers, and say which one holds them when time runs out', async () => {
    await run(createService);
    await kubectl([
      '-n',
      namespace,
      'patch',
      'service',
      'made',
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":["example.com/hold"]}}',
    ]);
    await expect(
      kubeOperations['kube.delete'].apply(deleteService, { ...context(), timeoutMs: 1000 }),
    ).rejects.toMatchObject({
      code: 'MW1402',
      args: { observed: expect.stringContaining('example.com/hold') as string },
    });
    await kubectl([
      '-n',
      namespace,
      'patch',
      'service',
      'made',
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null}}',
    ]);
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
