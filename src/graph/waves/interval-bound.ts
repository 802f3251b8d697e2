import type { Units } from './units.ts';

/** First and last waves that are looked at, at most: fewer of many units, as each pair looks at all. */
const endsOf = (count: number): number => Math.min(40, Math.max(1, Math.floor(Math.sqrt(2e7 / count))));

interface Windows {
  first: Int32Array;
  last: Int32Array;
}

/**
 * Whether more must fit between two waves than they can hold: of some resource (workloads, rates, tier 0, members of a
 * set) the units whose windows lie within need more waves than there are. A proof; its absence proves nothing.
 */
export function bearsOnWindows(units: Units, windows: Windows): boolean {
  const [starts, ends] = [distinct(windows.first), distinct(windows.last)];
  const most = endsOf(units.count);
  for (const start of starts.slice(0, most))
    for (const end of ends.slice(0, most)) {
      if (end < start || end === 0x7fffffff) continue;
      const inside = [...windows.first.keys()].filter(
        (unit) => windows.first[unit]! >= start && windows.last[unit]! <= end,
      );
      if (wavesNeeded(units, inside) > end - start + 1) return true;
    }
  return false;
}

const distinct = (values: Int32Array): number[] => [...new Set(values)].sort((a, b) => a - b);

/** No fewer waves than this hold all these units, by one resource at a time. */
function wavesNeeded(units: Units, members: readonly number[]): number {
  const { size, traffic, critical, maxTraffic, limits } = units;
  const resources = [
    [size, limits.maxSize],
    [traffic, maxTraffic],
    [critical, limits.maxCritical],
  ] as const;
  return Math.max(...resources.map(([of, most]) => byAmount(of, most, members)), bySets(units, members));
}

/** What is over the limit by itself has a wave alone; the rest fills waves up to the limit. */
function byAmount(of: Float64Array, most: number, members: readonly number[]): number {
  if (most === Infinity) return 0;
  let [alone, sum] = [0, 0];
  for (const unit of members)
    if (of[unit]! > most) alone += 1;
    else sum += of[unit]!;
  return alone + (most > 0 ? Math.ceil((sum / most) * (1 - 1e-12)) : 0);
}

function bySets({ sets }: Units, members: readonly number[]): number {
  const held = new Float64Array(sets.count);
  for (const unit of members)
    for (let at = sets.offsets[unit]!; at < sets.offsets[unit + 1]!; at += 1) held[sets.set[at]!]! += sets.times[at]!;
  let most = 0;
  // Nothing fits into a set of none: that was found before.
  for (let set = 0; set < sets.count; set += 1)
    if (sets.most[set]! >= 1) most = Math.max(most, Math.ceil(held[set]! / Math.floor(sets.most[set]!)));
  return most;
}
