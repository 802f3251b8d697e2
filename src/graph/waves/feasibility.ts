import { bearsOnWindows } from './interval-bound.ts';
import { windowsOf } from './listing.ts';
import { normalised } from './normal.ts';
import { withBefore } from './orders.ts';
import { Packing } from './packing.ts';
import type { WaveProblem } from './problem.ts';
import { searchOrder } from './search.ts';
import { startsOf } from './starts.ts';
import { type Units, unitsOf } from './units.ts';

/**
 * Whether any order keeps all hard constraints: `yes` with one, `no` if that is proven, `unknown` if neither was found
 * within the budget (it is bin packing, which is NP-hard).
 */
export type Feasibility = { answer: 'yes'; starts: Int32Array[] } | { answer: 'no' } | { answer: 'unknown' };

/** The same of a problem of any form. Calls do not bear on it. */
export function feasibilityOf(problem: WaveProblem): Feasibility['answer'] {
  const normal = normalised({ ...problem, from: NONE, to: NONE, rate: new Float64Array(0) });
  const units = unitsOf(normal);
  return units.count === 0 ? 'yes' : decide(normal, units, horizonOf(units)).answer;
}

const NONE = new Int32Array(0);

/**
 * What is exact: circles of `before` against limits and sets; windows along `before`; whether anything may begin. With
 * no last wave for anyone these are all there is: each unit in a wave of its own is an order. With one, `no` also comes
 * from counting what must fit between two waves, and from a search with a bounded number of looks, which ends for small
 * problems. `yes` always comes with an order.
 */
export function decide(problem: WaveProblem, units: Units, horizon: number): Feasibility {
  if (!isEachAlone(units) || !canBegin(units)) return { answer: 'no' };
  const order = withBefore(
    units,
    Int32Array.from({ length: units.count }, (_, unit) => unit),
  );
  const windows = windowsOf(units, order);
  if (windows.first.some((first, unit) => first > windows.last[unit]!)) return { answer: 'no' };
  const starts = startsOf(problem, units, horizon);
  if (starts.length > 0) return { answer: 'yes', starts };
  if (bearsOnWindows(units, windows)) return { answer: 'no' };
  const searched = searchOrder(units, windows, horizon);
  return typeof searched === 'string' ? { answer: searched } : { answer: 'yes', starts: [searched] };
}

/** No order needs more waves than one for each unit after the last pin. */
export function horizonOf({ count, earliest, limits }: Units): number {
  return Math.min(limits.maxWaves, count + earliest.reduce((most, each) => Math.max(most, each), 1));
}

/** Groups that `before` holds in a circle are one unit: it has to fit by itself. */
function isEachAlone(units: Units): boolean {
  const packing = new Packing(units, 1);
  for (let unit = 0; unit < units.count; unit += 1) if (!packing.fits(1, unit)) return false;
  return true;
}

/** A unit that waits for nothing and that a first wave can hold: there is one in the first wave of any order. */
function canBegin(units: Units): boolean {
  const packing = new Packing(units, 1);
  const { offsets } = units.beforeOf;
  for (let unit = 0; unit < units.count; unit += 1)
    if (offsets[unit] === offsets[unit + 1] && packing.fitsFirst(1, unit)) return true;
  return false;
}
