import { components } from '../../graph/components.ts';
import type { GroupCall } from './bundles.ts';
import type { Precedence } from './precedence.ts';

/** Groups in the order of their stages, and those that no order can satisfy. */
export interface StageOrder {
  order: number[];
  /** Groups each of which has to join before another of them. */
  circles: number[][];
}

/**
 * Callees before their callers. In a circle of calls what must come first does, and the rest follows the calls' order of
 * discovery; only a circle of what must come first has no order.
 */
export function stageOrder(count: number, calls: readonly GroupCall[], before: readonly Precedence[]): StageOrder {
  const found: StageOrder = { order: [], circles: [] };
  for (const circle of components(count, successors(count, calls.map(({ from, to }) => ({ first: to, second: from }))))) {
    if (circle.length === 1) found.order.push(...circle);
    else inCircle(circle, before, found);
  }
  return found;
}

/** The groups of one circle of calls, by what must come first. */
function inCircle(circle: readonly number[], before: readonly Precedence[], found: StageOrder): void {
  for (const members of partsOf(circle, before)) {
    found.order.push(...members);
    if (members.length > 1) found.circles.push(members);
  }
}

/** Some numbers in an order in which what must come first does; what must come before itself is one part. */
export function partsOf(numbers: readonly number[], before: readonly Pair[]): number[][] {
  const at = new Map(numbers.map((number, index) => [number, index]));
  const inner = before.flatMap(({ first, second }) => {
    const [one, other] = [at.get(first), at.get(second)];
    return one === undefined || other === undefined ? [] : [{ first: one, second: other }];
  });
  const parts = components(numbers.length, successors(numbers.length, inner));
  return parts.map((part) => part.map((index) => numbers[index] ?? 0));
}

type Pair = Pick<Precedence, 'first' | 'second'>;

/** For each node those that come before it: components come in reverse topological order, so what is first is found first. */
function successors(count: number, pairs: readonly Pair[]): number[][] {
  const all = Array.from({ length: count }, () => new Set<number>());
  for (const { first, second } of pairs) all[second]?.add(first);
  return all.map((set) => [...set].sort((a, b) => a - b));
}
