import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { kubeOperations } from '../../../../src/execute/operations/kube/index.ts';
import type { KubeManifest, OperationOf } from '../../../../src/plans/operation.ts';
import { FakeKube } from '../../../fakes/kube.ts';
import { contextOf, run } from './context.ts';

const ref = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: 'shop', name: 'ledger' };
type Rules = Record<string, number>[];

/** A route with the weights of each rule, by the name of the backend. */
const routeOf = (rules: Rules): KubeManifest => ({
  apiVersion: ref.apiVersion,
  kind: ref.kind,
  metadata: { name: ref.name, namespace: ref.namespace },
  spec: {
    rules: rules.map((weights) => ({
      backendRefs: Object.entries(weights).map(([name, weight]) => ({ name, port: 8080, weight })),
    })),
  },
});
const twinsNamed = (count: number): string[] => Array.from({ length: count }, (_, at) => `twin-${at}`);
const rulesFor = (twins: string[], weight: number): Rules => [
  ...twins.map((twin) => ({ vm: 100 - weight, [twin]: weight })),
  { vm: 100 },
];
const weigh = (backends: Record<string, number>): OperationOf<'route.weights'> => ({
  op: 'route.weights',
  cluster: 'lab',
  ref,
  backends: Object.entries(backends).map(([name, weight]) => ({ name, weight })),
});
const at = (twins: string[], weight: number): OperationOf<'route.weights'> =>
  weigh({ vm: 100 - weight, ...Object.fromEntries(twins.map((twin) => [twin, weight])) });

const { probe } = kubeOperations['route.weights'];
let kube: FakeKube;

async function made(rules: Rules): Promise<void> {
  kube = new FakeKube();
  await run({ op: 'kube.create', cluster: 'lab', manifest: routeOf(rules) }, contextOf(kube));
}

async function rules(): Promise<Rules> {
  const live = (await kube.get(ref)) as unknown as {
    spec: { rules: { backendRefs: { name: string; weight: number }[] }[] };
  };
  return live.spec.rules.map(({ backendRefs }) =>
    Object.fromEntries(backendRefs.map(({ name, weight }) => [name, weight])),
  );
}

describe('route.weights of several twins', () => {
  beforeEach(() => made(rulesFor(['twin-0', 'twin-1'], 0)));

  it('moves all rules in one write, each complete, and leaves the rule of the VM alone as it is', async () => {
    const ladders = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 15 }), ladders, async (count, ladder) => {
        const twins = twinsNamed(count);
        await made(rulesFor(twins, 0));
        for (const weight of ladder) {
          const writes = kube.writes.length;
          await run(at(twins, weight), contextOf(kube));
          const now = await rules();
          expect(now).toEqual(rulesFor(twins, weight));
          expect(now.map((rule) => Object.values(rule).reduce((sum, one) => sum + one, 0))).toEqual(now.map(() => 100));
          expect(kube.writes.length).toBe(writes + 1);
          expect(await probe(at(twins, weight), contextOf(kube))).toEqual({ state: 'done' });
        }
      }),
      { numRuns: 20 },
    );
  });

  it('is not done while one rule is behind the others', async () => {
    await made([{ vm: 50, 'twin-0': 50 }, { vm: 100, 'twin-1': 0 }, { vm: 100 }]);
    expect(await probe(at(['twin-0', 'twin-1'], 50), contextOf(kube))).toEqual({ state: 'not-done' });
    await run(at(['twin-0', 'twin-1'], 50), contextOf(kube));
    expect(await rules()).toEqual(rulesFor(['twin-0', 'twin-1'], 50));
  });

  it.each<[string, Rules | undefined, Record<string, number>]>([
    ['a rule that would not add up', undefined, { vm: 50, 'twin-0': 50, 'twin-1': 49 }],
    ['a twin that is in no rule', undefined, { vm: 50, 'twin-0': 50, 'twin-1': 50, 'twin-2': 50 }],
    [
      'a rule with a backend of nobody',
      [...rulesFor(['twin-0', 'twin-1'], 0), { vm: 50, other: 50 }],
      { vm: 50, 'twin-0': 50, 'twin-1': 50 },
    ],
    [
      'a rule of a twin alone',
      [...rulesFor(['twin-0', 'twin-1'], 0), { 'twin-0': 100 }],
      { vm: 50, 'twin-0': 50, 'twin-1': 50 },
    ],
    [
      'a rule of somebody else alone',
      [...rulesFor(['twin-0', 'twin-1'], 0), { other: 100 }],
      { vm: 50, 'twin-0': 50, 'twin-1': 50 },
    ],
    ['a rule beside that of a single twin', rulesFor(['twin-0'], 0), { vm: 50, 'twin-0': 50 }],
    [
      'a rule of the VM alone that has no weight',
      [...rulesFor(['twin-0', 'twin-1'], 0), { vm: 0 }],
      { vm: 50, 'twin-0': 50, 'twin-1': 50 },
    ],
    ['a route without weights to set', [{ vm: 100 }], { vm: 100 }],
  ])('refuses %s and changes nothing', async (_, changed, backends) => {
    if (changed) await made(changed);
    const before = await rules();
    await expect(probe(weigh(backends), contextOf(kube))).rejects.toMatchObject({ code: 'MW1215' });
    await expect(run(weigh(backends), contextOf(kube))).rejects.toMatchObject({ code: 'MW1215' });
    expect(await rules()).toEqual(before);
  });
});
