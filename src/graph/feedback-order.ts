import { MaxHeap } from './max-heap.ts';
import { rowsOf, type Rows } from './rows.ts';
import { strongComponents } from './strong-components.ts';

/** A directed graph of calls, each with a weight of at least 0. */
interface Calls {
  from: Int32Array;
  to: Int32Array;
  weight: Float64Array;
}

/**
 * Nodes in an order with callees before callers wherever calls form no circle; in a circle, cheap calls go against the
 * order. Components are in topological order; within one it is the greedy heuristic of Eades, Lin and Smyth
 * (Information Processing Letters 47(6), 1993) on weights: what calls nothing that is left comes first, what nothing
 * that is left calls comes last, and else the node that sends most beyond what it gets comes last.
 * O((n + m) log n), without recursion.
 *
 * @param from caller of each call
 * @param to callee of each call; a call of a node to itself has no order
 * @returns the nodes, first to last
 */
export function feedbackOrder(count: number, from: Int32Array, to: Int32Array, weight: Float64Array): Int32Array {
  const { of, count: parts } = strongComponents(count, from, to);
  const search = new Greedy(count, { from, to, weight }, of);
  const { offsets } = rowsOf(parts, of);
  const [start, end] = [offsets.slice(0, parts), offsets.slice(1)];
  const order = new Int32Array(count);
  for (let next = search.take(); next.node !== -1; next = search.take()) {
    const part = of[next.node]!;
    if (next.isFirst) order[start[part]!++] = next.node;
    else order[--end[part]!] = next.node;
  }
  return order;
}

/** What is left of each component, and what it sends and gets within it. */
class Greedy {
  readonly #calls: Calls;
  readonly #of: Int32Array;
  readonly #sent: Rows;
  readonly #got: Rows;
  readonly #heap: MaxHeap;
  readonly #balance: Float64Array;
  /** Calls left each way, counted: sums of rates leave remainders. */
  readonly #callees: Int32Array;
  readonly #callers: Int32Array;

  constructor(count: number, calls: Calls, of: Int32Array) {
    [this.#calls, this.#of] = [calls, of];
    [this.#sent, this.#got] = [rowsOf(count, calls.from), rowsOf(count, calls.to)];
    [this.#heap, this.#balance] = [new MaxHeap(count), new Float64Array(count)];
    [this.#callees, this.#callers] = [new Int32Array(count), new Int32Array(count)];
    for (let call = 0; call < calls.from.length; call += 1) if (this.#isInside(call)) this.#add(call, 1);
    for (let node = 0; node < count; node += 1) this.#heap.push(node, this.#key(node));
  }

  take(): { node: number; isFirst: boolean } {
    const node = this.#heap.pop();
    if (node === -1) return { node, isFirst: true };
    const isFirst = this.#callees[node] === 0;
    for (const [rows, ends] of [
      [this.#sent, this.#calls.to],
      [this.#got, this.#calls.from],
    ] as const)
      for (let at = rows.offsets[node]!; at < rows.offsets[node + 1]!; at += 1) {
        const call = rows.edges[at]!;
        const other = ends[call]!;
        if (!this.#heap.has(other) || !this.#isInside(call)) continue;
        this.#add(call, -1);
        this.#heap.change(other, this.#key(other));
      }
    return { node, isFirst };
  }

  #key(node: number): number {
    return this.#callees[node] === 0 || this.#callers[node] === 0 ? Infinity : this.#balance[node]!;
  }

  #isInside(call: number): boolean {
    const [from, to] = [this.#calls.from[call]!, this.#calls.to[call]!];
    return from !== to && this.#of[from] === this.#of[to];
  }

  #add(call: number, sign: number): void {
    const [from, to] = [this.#calls.from[call]!, this.#calls.to[call]!];
    const weight = sign * this.#calls.weight[call]!;
    this.#callees[from]! += sign;
    this.#callers[to]! += sign;
    this.#balance[from]! += weight;
    this.#balance[to]! -= weight;
  }
}
