import { cutOrder } from './cutting.ts';
import { earliestFit, listWaves } from './listing.ts';
import { adjacencyOrder, calleesFirstOrder, pullOrder, withBefore } from './orders.ts';
import { Packing } from './packing.ts';
import { NO_LATEST, type WaveProblem } from './problem.ts';
import type { Units } from './units.ts';

/** Larger problems get one beginning. */
const LARGE = 20_000;

/** Orders of waves to begin from, each within the hard constraints; none if none was found. */
export function startsOf(problem: WaveProblem, units: Units, horizon: number): Int32Array[] {
  const found: Int32Array[] = [];
  for (const order of ordersOf(problem, units)) {
    const wave = packed(units, withFirst(units, withBefore(units, order)), horizon);
    if (wave) found.push(wave);
    if (wave && units.count > LARGE) break;
  }
  return found;
}

/** The best first, as a large problem takes the first of which waves can be made. */
function* ordersOf(problem: WaveProblem, units: Units): Generator<Int32Array> {
  const adjacent = adjacencyOrder(units);
  yield adjacent;
  yield adjacent.toReversed();
  const callees = calleesFirstOrder(problem, units);
  yield callees;
  yield callees.toReversed();
  yield pullOrder(units);
  yield adjacencyOrder(units, callees.at(-1));
  yield bySize(units);
}

/** The largest first, which packs tightest. */
function bySize({ count, size, traffic }: Units): Int32Array {
  return Int32Array.from({ length: count }, (_, unit) => unit).sort(
    (a, b) => size[b]! - size[a]! || traffic[b]! - traffic[a]! || a - b,
  );
}

/** The order with a unit in front that the first wave can hold. */
function withFirst({ beforeOf, critical, groups, size, limits }: Units, order: Int32Array): Int32Array {
  const isFit = (unit: number): boolean =>
    beforeOf.offsets[unit] === beforeOf.offsets[unit + 1] &&
    critical[unit]! <= limits.first.maxCritical &&
    (groups[unit] === 1 || size[unit]! <= limits.first.maxSize);
  const at = order.findIndex(isFit);
  if (at <= 0) return order;
  const moved = order.slice();
  moved.copyWithin(1, 0, at);
  moved[0] = order[at]!;
  return moved;
}

/** An order in waves that keep all constraints. Cutting is tried first: it is the best for this order, if there are no pins. */
function packed(units: Units, order: Int32Array, horizon: number): Int32Array | undefined {
  const cut = units.count > LARGE && isPinned(units) ? undefined : cutWithin(units, order);
  if (cut && isValid(units, cut, horizon)) return cut;
  const listed = listWaves(units, order, horizon);
  if (listed && isValid(units, listed, horizon)) return listed;
  const fitted = earliestFit(units, order, horizon);
  return fitted && isValid(units, fitted, horizon) ? fitted : undefined;
}

/** Cutting knows nothing of last waves, and so is not worth its time where a large problem has some. */
const isPinned = ({ latest }: Units): boolean => latest.some((each) => each !== NO_LATEST);

/** With a surcharge on waves, found by doubling and halving, until there are no more than `maxWaves`. */
function cutWithin(units: Units, order: Int32Array): Int32Array | undefined {
  const cut = cutOrder(units, order);
  if (!cut || waves(cut) <= units.limits.maxWaves) return cut;
  let [low, high] = [0, 1];
  let fewer = cutOrder(units, order, high);
  for (; fewer && waves(fewer) > units.limits.maxWaves && high < 1e30; fewer = cutOrder(units, order, high)) {
    low = high;
    high *= 16;
  }
  for (let step = 0; step < 12; step += 1) {
    const middle = (low + high) / 2;
    const tried = cutOrder(units, order, middle);
    if (tried && waves(tried) <= units.limits.maxWaves) [fewer, high] = [tried, middle];
    else low = middle;
  }
  return fewer;
}

const waves = (wave: Int32Array): number => wave.reduce((most, each) => Math.max(most, each), 0);

function isValid(units: Units, wave: Int32Array, horizon: number): boolean {
  if (waves(wave) > horizon) return false;
  const packing = new Packing(units, horizon);
  packing.load(wave);
  return packing.isValid();
}
