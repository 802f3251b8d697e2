import { edgeOrder } from '../rows.ts';
import type { WaveProblem } from './problem.ts';

/** A pin to a later wave is no plan, and tables have a column for each wave. */
const LAST_PIN = 1_000_000;

/**
 * The same problem in the one form the solver reads: calls sorted by caller and callee, those of one pair summed, calls
 * to itself left out (they are never exposed), members of `apart` sorted, both lists sorted.
 *
 * @throws RangeError for a number that means nothing: NaN, a negative or infinite rate, a group that is not there
 */
export function normalised(problem: WaveProblem): WaveProblem {
  checkFields(problem);
  const before = problem.before.filter(({ first, second }) => first !== second);
  const apart = problem.apart.map((set) => ({ ...set, members: set.members.toSorted() }));
  return {
    ...problem,
    ...mergedCalls(problem.count, problem),
    before: before.sort((a, b) => a.first - b.first || a.second - b.second || compare(a.label, b.label)),
    apart: apart.sort((a, b) => compareMembers(a.members, b.members) || a.most - b.most || compare(a.label, b.label)),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareMembers(a: Int32Array, b: Int32Array): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

type CallRates = Pick<WaveProblem, 'from' | 'to' | 'rate'>;

/** Calls by caller and callee, each pair once and none to itself. */
export function mergedCalls(count: number, calls: CallRates): CallRates {
  if (isMerged(calls)) return calls;
  const { from, to, rate } = calls;
  const order = edgeOrder(count, from, to);
  const merged = {
    from: new Int32Array(order.length),
    to: new Int32Array(order.length),
    rate: new Float64Array(order.length),
  };
  let kept = 0;
  for (let at = 0; at < order.length;) {
    const first = order[at]!;
    let end = at + 1;
    while (end < order.length && from[order[end]!] === from[first] && to[order[end]!] === to[first]) end += 1;
    if (from[first] !== to[first]) {
      merged.from[kept] = from[first]!;
      merged.to[kept] = to[first]!;
      merged.rate[kept] = end === at + 1 ? rate[first]! : sumOf(order.subarray(at, end), rate);
      kept += 1;
    }
    at = end;
  }
  return { from: merged.from.subarray(0, kept), to: merged.to.subarray(0, kept), rate: merged.rate.subarray(0, kept) };
}

function isMerged({ from, to }: CallRates): boolean {
  for (let at = 0; at < from.length; at += 1) {
    if (from[at] === to[at]) return false;
    if (at === 0 || from[at - 1]! < from[at]!) continue;
    if (from[at - 1] !== from[at] || to[at - 1]! >= to[at]!) return false;
  }
  return true;
}

/** From the smallest on, so that the sum does not depend on the order of the calls. */
function sumOf(calls: Int32Array, rate: Float64Array): number {
  return Float64Array.from(calls, (call) => rate[call]!)
    .sort()
    .reduce((sum, each) => sum + each, 0);
}

function checkFields(problem: WaveProblem): void {
  const { count, from, to, rate, limits, weights } = problem;
  const perGroup = ['size', 'traffic', 'critical', 'owner', 'outside', 'inside', 'earliest', 'latest'] as const;
  for (const field of perGroup) need(problem[field].length === count, `${field} has ${problem[field].length} entries`);
  need(from.length === to.length && to.length === rate.length, 'from, to and rate differ in length');
  for (const field of ['size', 'critical', 'traffic', 'rate', 'outside', 'inside'] as const)
    checkAmounts(field, problem[field]);
  for (const nodes of [from, to, ...problem.apart.map(({ members }) => members)]) checkNodes(count, nodes);
  checkNodes(count, Int32Array.from(problem.before.flatMap(({ first, second }) => [first, second])));
  need(limits.maxPerOwner >= 1, `a limit of ${limits.maxPerOwner} groups of an owner`);
  for (const wave of problem.earliest) need(wave <= LAST_PIN, `a pin to wave ${wave}`);
  const { first, ...rest } = limits;
  for (const limit of [...Object.values(rest), ...Object.values(first), ...problem.apart.map(({ most }) => most)])
    need(limit >= 0, `a limit of ${limit}`);
  for (const weight of Object.values(weights) as number[])
    need(weight >= 0 && weight < Infinity, `a weight of ${weight}`);
}

function checkAmounts(field: string, values: Int32Array | Float64Array): void {
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]!;
    if (!(value >= 0 && value < Infinity)) need(false, `${field} of ${value}`);
  }
}

function checkNodes(count: number, nodes: Int32Array): void {
  for (let at = 0; at < nodes.length; at += 1)
    if (nodes[at]! < 0 || nodes[at]! >= count) need(false, `group ${nodes[at]} of ${count}`);
}

function need(holds: boolean, what: string): void {
  if (!holds) throw new RangeError(`no problem of waves: ${what}`);
}
