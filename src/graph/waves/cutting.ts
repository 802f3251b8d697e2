import { boundaryCosts } from './arrangement.ts';
import { Packing } from './packing.ts';
import type { Units } from './units.ts';

/**
 * Cuts an order of units into waves, at the least cost for this order: a shortest path over the boundaries. Whatever
 * fits into one wave fits without its first or its last, so the best of a sliding window is enough, and the time is
 * linear. Windows of pins are not looked at.
 *
 * @param order with `before` kept
 * @param surcharge what each wave costs on top, to get fewer
 * @returns the wave of each unit; undefined if a first wave cannot begin like this
 */
export function cutOrder(units: Units, order: Int32Array, surcharge = 0): Int32Array | undefined {
  const { count } = units;
  if (count === 0) return new Int32Array(0);
  const ahead = firstReach(units, order);
  if (ahead === 0) return undefined;
  const boundary = boundaryCosts(units, order);
  const [best, came] = shortest(units, order, boundary, ahead, units.perWave + surcharge);
  return best === Infinity ? undefined : wavesOf(order, came);
}

/** How many units from the beginning the first wave can hold. */
function firstReach(units: Units, order: Int32Array): number {
  const packing = new Packing(units, 1);
  for (let at = 0; at < units.count; at += 1) {
    if (!packing.fits(1, order[at]) || !packing.fitsFirst(1, order[at])) return at;
    packing.put(order[at]!, 1);
  }
  return units.count;
}

function shortest(
  units: Units,
  order: Int32Array,
  boundary: Float64Array,
  ahead: number,
  perWave: number,
): [number, Int32Array] {
  const { count } = units;
  const packing = new Packing(units, 1);
  // cost[j]: the first j units in waves. came[j]: where the last of these waves begins.
  const cost = new Float64Array(count + 1).fill(Infinity);
  const came = new Int32Array(count + 1);
  const window = new Int32Array(count + 1);
  let [head, tail, start] = [0, 0, 1];
  for (let end = 1; end <= count; end += 1) {
    const unit = order[end - 1]!;
    if (end >= 2) {
      while (start < end - 1 && !packing.fits(1, unit)) {
        packing.take(order[start]!);
        start += 1;
      }
      packing.put(unit, 1);
      const opened = cost[end - 1]! + boundary[end - 1]!;
      while (tail > head && value(cost, boundary, window[tail - 1]!) >= opened) tail -= 1;
      window[tail] = end - 1;
      tail += 1;
      while (head < tail && window[head]! < start) head += 1;
      if (head < tail) {
        came[end] = window[head]!;
        cost[end] = value(cost, boundary, window[head]!) + perWave;
      }
    }
    if (end <= ahead && perWave <= cost[end]!) {
      cost[end] = perWave;
      came[end] = 0;
    }
  }
  return [cost[count]!, came];
}

const value = (cost: Float64Array, boundary: Float64Array, at: number): number => cost[at]! + boundary[at]!;

function wavesOf(order: Int32Array, came: Int32Array): Int32Array {
  const wave = new Int32Array(order.length);
  let waves = 0;
  for (let end = order.length; end > 0; end = came[end]!) waves += 1;
  for (let end = order.length; end > 0; waves -= 1) {
    for (let at = came[end]!; at < end; at += 1) wave[order[at]!] = waves;
    end = came[end]!;
  }
  return wave;
}
