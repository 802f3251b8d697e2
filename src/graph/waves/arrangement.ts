import type { Units } from './units.ts';

/** What waves of units cost, up to the constant that `Units` leaves out. */
export function arrangementCost(units: Units, wave: Int32Array): number {
  const { offsets, near, later, pull } = units;
  let [sum, last] = [0, 0];
  for (let unit = 0; unit < units.count; unit += 1) {
    const own = wave[unit]!;
    if (own > last) last = own;
    sum += pull[unit]! * own;
    for (let at = offsets[unit]!; at < offsets[unit + 1]!; at += 1) {
      const distance = wave[near[at]!]! - own;
      // Each pair is in the rows of both ends: only the earlier end counts it.
      if (distance > 0) sum += later[at]! * distance;
    }
  }
  return sum + units.perWave * last;
}

/** What a unit in this wave costs with its neighbours where they are. */
export function costAt(units: Units, wave: Int32Array, unit: number, own: number): number {
  const { offsets, near, later, earlier } = units;
  let sum = units.pull[unit]! * own;
  for (let at = offsets[unit]!, end = offsets[unit + 1]!; at < end; at += 1) {
    const distance = wave[near[at]!]! - own;
    sum += distance > 0 ? later[at]! * distance : -earlier[at]! * distance;
  }
  return sum;
}

/** What a boundary costs before each place of an order: calls across it, and the pull on all behind it. */
export function boundaryCosts(units: Units, order: Int32Array): Float64Array {
  const { offsets, near, later, pull, count } = units;
  const place = new Int32Array(count);
  for (let at = 0; at < count; at += 1) place[order[at]!] = at;
  const cost = new Float64Array(count + 1);
  for (let unit = 0; unit < count; unit += 1)
    for (let at = offsets[unit]!; at < offsets[unit + 1]!; at += 1) {
      const [own, other] = [place[unit]!, place[near[at]!]!];
      if (other <= own) continue;
      cost[own + 1]! += later[at]!;
      cost[other + 1]! -= later[at]!;
    }
  for (let at = 1; at <= count; at += 1) cost[at]! += cost[at - 1]!;
  let behind = 0;
  for (let at = count - 1; at >= 0; at -= 1) {
    behind += pull[order[at]!]!;
    cost[at]! += behind;
  }
  return cost;
}
