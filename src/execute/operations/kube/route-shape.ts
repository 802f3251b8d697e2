import type { KubeObject } from '../../../ports/contracts.ts';
import { type Fields, isFields } from './field-tree.ts';

/** A backend of a route: the name of its Service, and its weight as it is. */
export interface Backend {
  name: string;
  weight: unknown;
}

/** Where a kind of route keeps its backends. */
interface Shape {
  rules: string;
  backends: string;
  nameOf(backend: Fields): string | undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Gateway API "HTTPRoute"; Istio "VirtualService", whose destinations are full names. */
const SHAPES: Record<string, Shape> = {
  HTTPRoute: { rules: 'rules', backends: 'backendRefs', nameOf: ({ name }) => text(name) },
  VirtualService: {
    rules: 'tcp',
    backends: 'route',
    nameOf: ({ destination }) => (isFields(destination) ? text(destination['host'])?.split('.')[0] : undefined),
  },
};

const shapeOf = ({ kind }: KubeObject): Shape => SHAPES[kind] ?? (SHAPES['HTTPRoute'] as Shape);

function rulesOf(route: KubeObject, { rules }: Shape): unknown[] {
  const spec = route['spec'];
  const found = isFields(spec) ? spec[rules] : undefined;
  return Array.isArray(found) ? found : [];
}

function listOf(rule: unknown, { backends }: Shape): Fields[] | undefined {
  const found = isFields(rule) ? rule[backends] : undefined;
  return Array.isArray(found) ? found.filter(isFields) : undefined;
}

/** The backends of each rule that has some. Pure. */
export function backendsIn(route: KubeObject): Backend[][] {
  const shape = shapeOf(route);
  return rulesOf(route, shape).flatMap((rule) => {
    const list = listOf(rule, shape);
    return list ? [list.map((backend) => ({ name: shape.nameOf(backend) ?? '', weight: backend['weight'] }))] : [];
  });
}

/** The same route with these weights, by the name of the backend; all else, and a rule with a single backend, stays. Pure. */
export function setWeights(route: KubeObject, weights: ReadonlyMap<string, number>): KubeObject {
  const shape = shapeOf(route);
  const rules = rulesOf(route, shape).map((rule) => {
    const list = listOf(rule, shape);
    if (!list || list.length === 1) return rule;
    const set = list.map((backend) => ({ ...backend, weight: weights.get(shape.nameOf(backend) ?? '') }));
    return { ...(rule as Fields), [shape.backends]: set };
  });
  return { ...route, spec: { ...(route['spec'] as Fields), [shape.rules]: rules } };
}
