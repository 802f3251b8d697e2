import { meshError } from '../../errors/index.ts';
import type { KubeManifest, KubeRef, OperationOf } from '../operation.ts';
import { hit, type LintHit, type LintRule } from './rule.ts';
import { type LintView, objectName, type PlacedStep } from './view.ts';

type Weights = ReadonlyMap<string, number>;

/** One change of a route's weights, with what it was before. */
interface Rung extends PlacedStep {
  ref: KubeRef;
  before: Weights | undefined;
  after: Weights;
}

/** Promise P3: at every instant each service has a complete route. */
export const weightRules: readonly LintRule[] = [
  {
    code: 'MW1809',
    level: 'error',
    why: 'promise P3: weights sum to 100 at every instant',
    find: (view) => [...inSteps(view), ...inManifests(view)],
  },
  {
    code: 'MW1810',
    level: 'error',
    why: 'a ladder goes up: a rung that takes traffic back is a rollback that nobody judged by its gate',
    find: (view) => [...Map.groupBy(rungsOf(view), ({ ref }) => objectName(ref)).values()].flatMap(falls),
  },
  {
    code: 'MW1811',
    level: 'error',
    why: 'the way back is planned: each rung goes back to the rung before it',
    find: (view) =>
      rungsOf(view).flatMap(({ step, ref, before }) => {
        const undo = (step.revert === 'irreversible' ? [] : step.revert).find(
          (one): one is OperationOf<'route.weights'> => one.op === 'route.weights' && objectName(one.ref) === objectName(ref),
        );
        if (!undo || !before || words(weightsOf(undo)) === words(before)) return [];
        const args = { step: step.id, route: objectName(ref), undo: words(weightsOf(undo)), before: words(before) };
        return [hit(step.id, meshError('MW1811', args))];
      }),
  },
  {
    code: 'MW1812',
    level: 'error',
    why: 'promise P3: a backend gets weight only after it was seen healthy in the endpoints of the callers’ own proxies',
    find: (view) =>
      rungsOf(view).flatMap(({ step, before, after }) => {
        const seen = step.require.flatMap((check) => (check.check === 'proxy.endpoints' ? [check.backend] : []));
        const gaining = [...after].filter(([name, weight]) => weight > (before?.get(name) ?? 0)).map(([name]) => name);
        return gaining
          .filter((name) => !seen.some((backend) => isNamed(backend, name)))
          .map((backend) => hit(step.id, meshError('MW1812', { step: step.id, backend })));
      }),
  },
];

/** A proxy names a cluster after its backend, with more around it: `outbound|8080||catalog-k8s.shop.svc.cluster.local`. */
const isNamed = (cluster: string, backend: string): boolean => cluster.split(/[|.]/).includes(backend) || cluster === backend;

const weightsOf = ({ backends }: OperationOf<'route.weights'>): Weights =>
  new Map(backends.map(({ name, weight }) => [name, weight]));

const words = (weights: Weights): string =>
  [...weights].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, weight]) => `${name}=${weight}`).join(' ');

/** The rungs of every route, in the order of the plan; the first begins with what the route is made with. */
function rungsOf(view: LintView): Rung[] {
  const now = new Map<string, Weights>();
  return view.operations('route.weights').map(({ operation, stage, step, at }) => {
    const { cluster, ref } = operation;
    const key = JSON.stringify([cluster, ref]);
    const before = now.get(key) ?? madeWith(view.manifestOf(cluster, ref));
    const after = weightsOf(operation);
    now.set(key, after);
    return { stage, step, at, ref, before, after };
  });
}

function madeWith(manifest: KubeManifest | undefined): Weights | undefined {
  const backends = manifest ? backendsIn(manifest).flat() : [];
  return backends.length > 0 ? new Map(backends.map(({ name, weight }) => [name, weight])) : undefined;
}

function inSteps(view: LintView): LintHit[] {
  return view.steps.flatMap(({ step }) => {
    const { apply, revert, id } = step;
    const sides = [
      ...apply.map((operation) => ({ operation, place: `Step ${id}` })),
      ...(revert === 'irreversible' ? [] : revert).map((operation) => ({ operation, place: `The undo of step ${id}` })),
    ];
    return sides.flatMap(({ operation, place }) => {
      if (operation.op !== 'route.weights') return [];
      return rulesOf(view, operation).flatMap((weights) => wrongSum(id, place, operation.ref, weights));
    });
  });
}

/**
 * The weights of each rule of the route as an operation sets them: of the rules that the plan makes it with, where these are of its
 * backends. Of a route that the plan does not make, all that it sets is one rule.
 */
function rulesOf(view: LintView, { cluster, ref, backends }: OperationOf<'route.weights'>): number[][] {
  const manifest = view.manifestOf(cluster, ref);
  const rules = manifest ? backendsIn(manifest).map((targets) => targets.map(({ name }) => name)) : [];
  const set = new Map(backends.map(({ name, weight }) => [name, weight]));
  const inRules = new Set(rules.flat());
  const isKnown = rules.length > 1 && inRules.size === set.size && [...inRules].every((name) => set.has(name));
  return isKnown ? rules.map((names) => names.map((name) => set.get(name) ?? 0)) : [backends.map(({ weight }) => weight)];
}

function inManifests(view: LintView): LintHit[] {
  return view.operations('kube.create').flatMap(({ step, operation: { manifest } }) =>
    backendsIn(manifest).flatMap((backends) => {
      const ref = { kind: manifest.kind, ...manifest.metadata };
      return wrongSum(step.id, `Step ${step.id}`, ref, backends.map(({ weight }) => weight));
    }),
  );
}

function wrongSum(subject: string, place: string, ref: Omit<KubeRef, 'apiVersion'>, weights: readonly number[]): LintHit[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return sum === 100 ? [] : [hit(subject, meshError('MW1809', { place, route: objectName(ref), sum }))];
}

interface Target {
  name?: string;
  weight?: number;
  destination?: { host?: string };
}

/**
 * The backends of each rule of a route that has more than one: HTTPRoute and its kin (Gateway API, `backendRefs`), VirtualService
 * (`http[].route`, `tcp[].route`). A backend without a weight has 1 there and 0 here.
 */
function backendsIn({ kind, spec }: KubeManifest): { name: string; weight: number }[][] {
  const { rules = [], http = [], tcp = [] } = (spec ?? {}) as Record<string, Record<string, unknown>[]>;
  const lists = kind === 'VirtualService' ? [...list(http), ...list(tcp)].map(({ route }) => route) : kind.endsWith('Route') ? list(rules).map(({ backendRefs }) => backendRefs) : [];
  return lists
    .map((one) => list(one as Target[]))
    .filter((targets) => targets.length > 1)
    .map((targets) =>
      targets.map(({ name, weight, destination }) => ({
        name: name ?? destination?.host?.split('.')[0] ?? '',
        weight: weight ?? (kind === 'VirtualService' ? 0 : 1),
      })),
    );
}

const list = <T>(value: T[] | undefined): T[] => (Array.isArray(value) ? value : []);

/** Backends that lose weight although they were the ones that gained it: of the others that is what a ladder is for. */
function falls(rungs: readonly Rung[]): LintHit[] {
  const gained = new Set<string>();
  const lost = new Set<string>();
  return rungs.flatMap(({ step, ref, before, after }) =>
    [...after].flatMap(([backend, weight]) => {
      const was = before?.get(backend) ?? 0;
      const isFall = weight < was && gained.has(backend);
      if (weight > was && before && !lost.has(backend)) gained.add(backend);
      if (weight < was && !isFall) lost.add(backend);
      const args = { step: step.id, backend, route: objectName(ref), before: was, after: weight };
      return isFall ? [hit(step.id, meshError('MW1810', args))] : [];
    }),
  );
}
