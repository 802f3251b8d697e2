import { type Rows, rowsOf } from '../rows.ts';
import { strongComponents } from '../strong-components.ts';
import { mergedCalls } from './normal.ts';
import type { WaveLimits, WaveProblem } from './problem.ts';

/**
 * A problem as the solver works on it. Groups that `before` holds in a circle have one wave, so they are one unit. The
 * objective is brought to the form
 *
 *   Σ over pairs (u, v), u later by d:  d · weight   +   Σ pull[u] · wave[u]   +   perWave · waves   +   a constant
 *
 * (`outside` pulls to late waves and makes each wave dearer, `inside` pulls to early ones), which is a minimum linear
 * arrangement with capacities. Rates are in request-hours here.
 */
export interface Units {
  count: number;
  /** The unit of each group. Units are numbered by their first group. */
  of: Int32Array;
  /** Groups in each unit, and what they sum up to. */
  groups: Int32Array;
  size: Float64Array;
  critical: Float64Array;
  /** In whole steps of `2^-k`, so that adding and taking away leaves no remainder. */
  traffic: Float64Array;
  maxTraffic: number;
  /** Neighbours of unit u: `near[offsets[u]]` up to `near[offsets[u + 1]]`, by number. */
  offsets: Int32Array;
  near: Int32Array;
  /** What a wave costs for which the neighbour is later than the unit, and for which it is earlier. */
  later: Float64Array;
  earlier: Float64Array;
  pull: Float64Array;
  perWave: number;
  earliest: Int32Array;
  latest: Int32Array;
  /** `before` between units: row of u are those that must not be earlier than it, and those that must not be later. */
  afterOf: Rows;
  beforeOf: Rows;
  sets: UnitSets;
  limits: WaveLimits;
}

/** `apart` and `maxPerOwner`: sets of which a wave may hold no more than `most`. */
export interface UnitSets {
  count: number;
  most: Float64Array;
  /** 1: does not bind a group alone in its wave. */
  exempt: Uint8Array;
  /** Of unit u: sets `set[offsets[u]]` on, with how many of its groups are in each. */
  offsets: Int32Array;
  set: Int32Array;
  times: Int32Array;
}

/** @param problem normalised */
export function unitsOf(problem: WaveProblem): Units {
  const { count, of } = numbered(problem);
  const sum = (values: Int32Array | Float64Array): Float64Array => summed(count, of, values);
  const { hoursPerWave, lambda } = problem.weights;
  const [outside, inside] = [sum(problem.outside), sum(problem.inside)];
  return {
    count,
    of,
    groups: Int32Array.from(sum(new Int32Array(problem.count).fill(1))),
    size: sum(problem.size),
    critical: sum(problem.critical),
    ...steps(sum(problem.traffic), problem.limits.maxTraffic),
    ...pairs(problem, count, of),
    pull: outside.map((rate, unit) => hoursPerWave * (inside[unit]! - rate)),
    perWave: lambda + hoursPerWave * outside.reduce((all, rate) => all + rate, 0),
    ...windows(problem, count, of),
    ...precedence(problem, count, of),
    sets: setsOf(problem, count, of),
    limits: problem.limits,
  };
}

function numbered({ count, before }: WaveProblem): { count: number; of: Int32Array } {
  if (before.length === 0) return { count, of: Int32Array.from({ length: count }, (_, group) => group) };
  const from = Int32Array.from(before, ({ first }) => first);
  const found = strongComponents(
    count,
    from,
    Int32Array.from(before, ({ second }) => second),
  );
  const numbers = new Int32Array(found.count).fill(-1);
  let next = 0;
  const of = found.of.map((component) => {
    if (numbers[component] === -1) numbers[component] = next++;
    return numbers[component]!;
  });
  return { count: next, of };
}

function summed(count: number, of: Int32Array, values: Int32Array | Float64Array): Float64Array {
  const sums = new Float64Array(count);
  for (let group = 0; group < of.length; group += 1) sums[of[group]!]! += values[group]!;
  return sums;
}

/** Amounts in whole steps so fine that all of them sum to less than 2⁵², where doubles count exactly. */
function steps(traffic: Float64Array, most: number): Pick<Units, 'traffic' | 'maxTraffic'> {
  const all = traffic.reduce((sum, each) => sum + each, 0);
  const scale = all > 0 ? 2 ** Math.min(1000, 50 - Math.ceil(Math.log2(all))) : 1;
  const slack = most * 5e-10;
  return { traffic: traffic.map((each) => Math.round(each * scale)), maxTraffic: (most + slack) * scale };
}

function windows({ earliest, latest }: WaveProblem, count: number, of: Int32Array): Pick<Units, 'earliest' | 'latest'> {
  const window = { earliest: new Int32Array(count).fill(1), latest: new Int32Array(count).fill(0x7fffffff) };
  for (let group = 0; group < of.length; group += 1) {
    const unit = of[group]!;
    window.earliest[unit] = Math.max(window.earliest[unit]!, earliest[group]!);
    window.latest[unit] = Math.min(window.latest[unit]!, latest[group]!);
  }
  return window;
}

function precedence({ before }: WaveProblem, count: number, of: Int32Array): Pick<Units, 'afterOf' | 'beforeOf'> {
  const apart = before.filter(({ first, second }) => of[first] !== of[second]);
  const from = Int32Array.from(apart, ({ first }) => of[first]!);
  const to = Int32Array.from(apart, ({ second }) => of[second]!);
  const [out, back] = [rowsOf(count, from), rowsOf(count, to)];
  return {
    afterOf: { offsets: out.offsets, edges: out.edges.map((edge) => to[edge]!) },
    beforeOf: { offsets: back.offsets, edges: back.edges.map((edge) => from[edge]!) },
  };
}

type Pairs = Pick<Units, 'offsets' | 'near' | 'later' | 'earlier'>;

/** Both directions of each pair of units that call each other, merged: of each unit whom it calls and who calls it. */
function pairs(problem: WaveProblem, count: number, of: Int32Array): Pairs {
  const isContracted = count < problem.count;
  const { from, to, rate } = isContracted ? mergedCalls(count, contracted(problem, of)) : problem;
  const { hoursPerWave, callerFirst } = problem.weights;
  const callers = rowsOf(count, to);
  const row = pairRows(count, 2 * rate.length);
  let [kept, out] = [0, 0];
  for (let unit = 0; unit < count; unit += 1) {
    let into = callers.offsets[unit]!;
    const end = callers.offsets[unit + 1]!;
    for (;;) {
      const callee = from[out] === unit ? to[out]! : count;
      const caller = into < end ? from[callers.edges[into]!]! : count;
      const other = callee < caller ? callee : caller;
      if (other === count) break;
      const sent = callee === other ? hoursPerWave * rate[out++]! : 0;
      const got = caller === other ? hoursPerWave * rate[callers.edges[into++]!]! : 0;
      row.near[kept] = other;
      row.later[kept] = sent * (1 + callerFirst) + got;
      row.earlier[kept] = sent + got * (1 + callerFirst);
      kept += 1;
    }
    row.offsets[unit + 1] = kept;
  }
  const cut = <T extends Int32Array | Float64Array>(values: T): T => values.subarray(0, kept) as T;
  return { offsets: row.offsets, near: cut(row.near), later: cut(row.later), earlier: cut(row.earlier) };
}

function pairRows(count: number, most: number): Pairs {
  return {
    offsets: new Int32Array(count + 1),
    near: new Int32Array(most),
    later: new Float64Array(most),
    earlier: new Float64Array(most),
  };
}

function contracted({ from, to, rate }: WaveProblem, of: Int32Array): Pick<WaveProblem, 'from' | 'to' | 'rate'> {
  return { from: from.map((group) => of[group]!), to: to.map((group) => of[group]!), rate };
}

function setsOf({ apart, owner, limits }: WaveProblem, count: number, of: Int32Array): UnitSets {
  const members: { most: number; exempt: number; groups: Iterable<number> }[] = [];
  for (const { members: groups, most } of apart) if (groups.length > most) members.push({ most, exempt: 0, groups });
  if (limits.maxPerOwner < Infinity) {
    const byOwner = Map.groupBy(owner.keys(), (group) => owner[group]!);
    for (const [own, groups] of [...byOwner].sort(([a], [b]) => a - b))
      if (own >= 0 && groups.length > limits.maxPerOwner) members.push({ most: limits.maxPerOwner, exempt: 1, groups });
  }
  const entries = members.flatMap(({ groups }, set) => {
    const times = new Map<number, number>();
    for (const group of groups) times.set(of[group]!, (times.get(of[group]!) ?? 0) + 1);
    return [...times].map(([unit, each]) => ({ unit, set, each }));
  });
  const { offsets, edges } = rowsOf(
    count,
    Int32Array.from(entries, ({ unit }) => unit),
  );
  return {
    count: members.length,
    most: Float64Array.from(members, ({ most }) => most),
    exempt: Uint8Array.from(members, ({ exempt }) => exempt),
    offsets,
    set: edges.map((entry) => entries[entry]!.set),
    times: edges.map((entry) => entries[entry]!.each),
  };
}
