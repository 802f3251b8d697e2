import { costAt } from './arrangement.ts';
import type { Packing } from './packing.ts';

/** How far from the wanted wave a place is looked for, and how many calls of a unit say which wave that is. */
const REACH = 6;
const SAMPLE = 24;

/**
 * Goes over all units, time and again, and moves each to where it costs less, within the hard constraints. From the
 * second time on it looks only at those of which a neighbour has moved. No wave is opened or closed. Linear in units and
 * calls for each time.
 */
export function descend(packing: Packing, times: number): void {
  const { count, offsets, near } = packing.units;
  let open = new Uint8Array(count).fill(1);
  for (let time = 0; time < times; time += 1) {
    const next = new Uint8Array(count);
    let moved = 0;
    for (let unit = 0; unit < count; unit += 1) {
      if (open[unit] === 0 || !improve(packing, unit)) continue;
      moved += 1;
      for (let at = offsets[unit]!; at < offsets[unit + 1]!; at += 1) next[near[at]!] = 1;
    }
    if (moved === 0) return;
    open = next;
  }
}

function improve(packing: Packing, unit: number): boolean {
  const own = packing.wave[unit]!;
  if (packing.groups[own] === packing.units.groups[unit]!) return false;
  const wanted = median(packing, unit);
  if (wanted === own) return false;
  const now = costAt(packing.units, packing.wave, unit, own);
  packing.take(unit);
  const target = nearest(packing, unit, wanted, own);
  const isBetter = target !== own && costAt(packing.units, packing.wave, unit, target) < now;
  packing.put(unit, isBetter ? target : own);
  return isBetter;
}

/** The wave closest to the wanted one, on the way to it, that has room. */
function nearest(packing: Packing, unit: number, wanted: number, own: number): number {
  const back = wanted < own ? 1 : -1;
  const last = packing.last();
  for (let away = 0; away <= REACH; away += 1) {
    const target = wanted + back * away;
    if (target === own || target > last) return own;
    if (packing.groups[target]! > 0 && packing.mayJoin(unit, target)) return target;
  }
  return own;
}

const waves = new Int32Array(SAMPLE);
const slopes = new Float64Array(SAMPLE);

/** Where the unit would cost least, by its first calls: the cost is convex, so there its slope turns. */
function median({ units, wave }: Packing, unit: number): number {
  const { offsets, near, later, earlier, pull } = units;
  const start = offsets[unit]!;
  const taken = Math.min(SAMPLE, offsets[unit + 1]! - start);
  let slope = pull[unit]!;
  for (let at = 0; at < taken; at += 1) {
    const ofNear = wave[near[start + at]!]!;
    const weight = later[start + at]! + earlier[start + at]!;
    slope -= later[start + at]!;
    let place = at;
    for (; place > 0 && waves[place - 1]! > ofNear; place -= 1) {
      waves[place] = waves[place - 1]!;
      slopes[place] = slopes[place - 1]!;
    }
    waves[place] = ofNear;
    slopes[place] = weight;
  }
  for (let at = 0; at < taken; at += 1) {
    slope += slopes[at]!;
    if (slope >= 0) return waves[at]!;
  }
  return taken === 0 ? wave[unit]! : waves[taken - 1]!;
}
