import { describe, expect, it } from 'vitest';
import { kubeOperations } from '../../src/execute/operations/kube/index.ts';
import type { KubeManifest, KubeRef, OperationOf } from '../../src/plans/operation.ts';
import { context, kube, namespace, run, useNamespace } from './kube-fixture.ts';

useNamespace();

describe('weights', () => {
  const ref: KubeRef = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace, name: 'web' };
  const backend = (name: string, weight: number): object => ({ group: '', kind: 'Service', name, port: 8080, weight });
  const route: KubeManifest = {
    apiVersion: ref.apiVersion,
    kind: ref.kind,
    metadata: { name: 'web', namespace },
    spec: {
      parentRefs: [{ group: '', kind: 'Service', name: 'made', port: 8080 }],
      rules: [{ backendRefs: [backend('a', 100), backend('b', 0)] }],
    },
  };
  const weigh = (a: number, b: number): OperationOf<'route.weights'> => ({
    op: 'route.weights',
    cluster: 'lab',
    ref,
    backends: [
      { name: 'a', weight: a },
      { name: 'b', weight: b },
    ],
  });

  it('move in one update, and only ours, whole and complete', async () => {
    await run({ op: 'kube.create', cluster: 'lab', manifest: route });
    expect(
      await kubeOperations['kube.create'].probe({ op: 'kube.create', cluster: 'lab', manifest: route }, context()),
    ).toEqual({ state: 'done' });
    const { probe } = kubeOperations['route.weights'];
    expect(await probe(weigh(100, 0), context())).toEqual({ state: 'done' });
    expect(await probe(weigh(50, 50), context())).toEqual({ state: 'not-done' });
    const created = await kube.get(ref);
    expect((await kubeOperations['route.weights'].preview(weigh(50, 50), context())).diff).toContain(
      '+          weight: 50',
    );
    await run(weigh(50, 50));
    expect((await kube.get(ref))?.metadata.generation).toBe((created?.metadata.generation ?? 0) + 1);
    expect(await probe(weigh(50, 50), context())).toEqual({ state: 'done' });
    await expect(run(weigh(50, 49))).rejects.toMatchObject({ code: 'MW1215' });
    await expect(run({ ...weigh(50, 50), backends: [{ name: 'a', weight: 100 }] })).rejects.toMatchObject({
      code: 'MW1215',
    });
    await expect(run(weigh(0, 100), context({ run: 'r2' }))).rejects.toMatchObject({ code: 'MW1407' });
  });
});
