import { feedbackOrder } from '../feedback-order.ts';
import { MaxHeap } from '../max-heap.ts';
import type { WaveProblem } from './problem.ts';
import type { Units } from './units.ts';

/** Units callees first, cheap calls against the order. */
export function calleesFirstOrder(problem: WaveProblem, units: Units): Int32Array {
  const unitOf = (group: number): number => units.of[group]!;
  return feedbackOrder(units.count, problem.from.map(unitOf), problem.to.map(unitOf), problem.rate);
}

/** Those that never-joining callers pull least come last; numbers break ties. */
export function pullOrder(units: Units): Int32Array {
  return Int32Array.from({ length: units.count }, (_, unit) => unit).sort(
    (a, b) => units.pull[b]! - units.pull[a]! || a - b,
  );
}

/**
 * A linear arrangement by maximum adjacency: next comes what adds least to the calls between those placed and those
 * not, as in Prim's algorithm. A new component begins with its most loosely tied unit.
 *
 * @param start the first unit; without it, the most loosely tied one
 */
export function adjacencyOrder(units: Units, start?: number): Int32Array {
  const { count, offsets, near, later, earlier } = units;
  const order = new Int32Array(count);
  const heap = new MaxHeap(count);
  for (let unit = 0; unit < count; unit += 1) {
    let ties = 0;
    for (let at = offsets[unit]!; at < offsets[unit + 1]!; at += 1) ties += later[at]!;
    heap.push(unit, units.pull[unit]! - ties);
  }
  if (start !== undefined) heap.change(start, Infinity);
  for (let place = 0; place < count; place += 1) {
    const unit = heap.pop();
    order[place] = unit;
    for (let at = offsets[unit]!; at < offsets[unit + 1]!; at += 1) {
      const other = near[at]!;
      if (heap.has(other)) heap.change(other, heap.key[other]! + later[at]! + earlier[at]!);
    }
  }
  return order;
}

/** The order that comes nearest to the given one with `before` kept: a topological order by place in it. */
export function withBefore(units: Units, order: Int32Array): Int32Array {
  const { afterOf, beforeOf, count } = units;
  if (afterOf.edges.length === 0) return order;
  const waiting = Int32Array.from(
    { length: count },
    (_, unit) => beforeOf.offsets[unit + 1]! - beforeOf.offsets[unit]!,
  );
  const place = new Int32Array(count);
  for (let at = 0; at < count; at += 1) place[order[at]!] = at;
  const ready = new MaxHeap(count);
  for (const unit of order) if (waiting[unit] === 0) ready.push(unit, -place[unit]!);
  const sorted = new Int32Array(count);
  for (let at = 0; at < count; at += 1) {
    const unit = ready.pop();
    sorted[at] = unit;
    for (let edge = afterOf.offsets[unit]!; edge < afterOf.offsets[unit + 1]!; edge += 1) {
      const other = afterOf.edges[edge]!;
      waiting[other]! -= 1;
      if (waiting[other] === 0) ready.push(other, -place[other]!);
    }
  }
  return sorted;
}
