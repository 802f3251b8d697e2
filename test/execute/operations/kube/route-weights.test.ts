import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kubeOperations } from '../../../../src/execute/operations/kube/index.ts';
import type { KubeManifest, OperationOf } from '../../../../src/plans/operation.ts';
import { FakeKube } from '../../../fakes/kube.ts';
import { contextOf, run } from './context.ts';

const ref = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: 'shop', name: 'catalog' };
const route: KubeManifest = {
  apiVersion: ref.apiVersion,
  kind: ref.kind,
  metadata: { name: 'catalog', namespace: 'shop' },
  spec: {
    rules: [
      {
        backendRefs: [
          { name: 'catalog-vm', port: 8080, weight: 100 },
          { name: 'catalog-k8s', port: 8080, weight: 0 },
        ],
      },
    ],
  },
};
const weigh = (vm: number, twin: number): OperationOf<'route.weights'> => ({
  op: 'route.weights',
  cluster: 'lab',
  ref,
  backends: [
    { name: 'catalog-vm', weight: vm },
    { name: 'catalog-k8s', weight: twin },
  ],
});
const { probe } = kubeOperations['route.weights'];
let kube: FakeKube;

async function weights(): Promise<number[]> {
  const live = (await kube.get(ref)) as unknown as { spec: { rules: { backendRefs: { weight: number }[] }[] } };
  return live.spec.rules.flatMap(({ backendRefs }) => backendRefs.map(({ weight }) => weight));
}

beforeEach(async () => {
  kube = new FakeKube();
  await run({ op: 'kube.create', cluster: 'lab', manifest: route }, contextOf(kube));
});

describe('route.weights', () => {
  it('moves all weights in one write, whatever the ladder', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 6 }), async (ladder) => {
        for (const twin of ladder) {
          const writes = kube.writes.length;
          await run(weigh(100 - twin, twin), contextOf(kube));
          expect(await weights()).toEqual([100 - twin, twin]);
          expect(kube.writes.length).toBe(writes + 1);
          expect(await probe(weigh(100 - twin, twin), contextOf(kube))).toEqual({ state: 'done' });
        }
      }),
      { numRuns: 20 },
    );
  });

  it('keeps every other field of the backends', async () => {
    await run(weigh(50, 50), contextOf(kube));
    expect(await kube.get(ref)).toMatchObject({
      spec: {
        rules: [
          {
            backendRefs: [
              { name: 'catalog-vm', port: 8080, weight: 50 },
              { name: 'catalog-k8s', port: 8080, weight: 50 },
            ],
          },
        ],
      },
    });
  });

  it.each([
    ['a sum other than 100', weigh(50, 49)],
    ['a backend too few', { ...weigh(0, 0), backends: [{ name: 'catalog-vm', weight: 100 }] }],
    [
      'another backend',
      {
        ...weigh(0, 0),
        backends: [
          { name: 'catalog-vm', weight: 100 },
          { name: 'other', weight: 0 },
        ],
      },
    ],
  ])('refuses %s and changes nothing', async (_what, operation) => {
    await expect(probe(operation, contextOf(kube))).rejects.toMatchObject({ code: 'MW1215' });
    await expect(run(operation, contextOf(kube))).rejects.toMatchObject({ code: 'MW1215' });
    expect(await weights()).toEqual([100, 0]);
  });

  it('refuses a route that is not ours, that is gone, or that has no backends', async () => {
    expect(await probe(weigh(50, 50), contextOf(kube, { run: 'r2' }))).toEqual({
      state: 'foreign',
      who: 'meshway run r1',
    });
    await expect(run(weigh(50, 50), contextOf(kube, { run: 'r2' }))).rejects.toMatchObject({ code: 'MW1407' });
    await expect(probe({ ...weigh(50, 50), ref: { ...ref, name: 'none' } }, contextOf(kube))).rejects.toMatchObject({
      code: 'MW1210',
    });
    await run(
      {
        op: 'kube.create',
        cluster: 'lab',
        manifest: { ...route, metadata: { name: 'bare', namespace: 'shop' }, spec: {} },
      },
      contextOf(kube),
    );
    await expect(probe({ ...weigh(50, 50), ref: { ...ref, name: 'bare' } }, contextOf(kube))).rejects.toMatchObject({
      code: 'MW1215',
    });
  });

  it('previews the change, also before the route is made', async () => {
    expect((await kubeOperations['route.weights'].preview(weigh(90, 10), contextOf(kube))).diff).toContain(
      'weight: 90',
    );
    expect(await weights()).toEqual([100, 0]);
    const early = await kubeOperations['route.weights'].preview(
      { ...weigh(90, 10), ref: { ...ref, name: 'later' } },
      contextOf(kube),
    );
    expect(early).toMatchObject({ change: 'update', diff: 'HTTPRoute shop/later is made by an earlier step' });
  });
});
