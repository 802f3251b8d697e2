import type { Units } from './units.ts';

/** Up to this many cells a table of counts is an array. */
const DENSE = 4_000_000;

/** Counts in a table that is mostly empty. */
class Tally {
  readonly #columns: number;
  readonly #dense: Int32Array | undefined;
  readonly #sparse = new Map<number, number>();

  constructor(rows: number, columns: number) {
    this.#columns = columns;
    if (rows * columns <= DENSE) this.#dense = new Int32Array(rows * columns);
  }

  get(row: number, column: number): number {
    const cell = row * this.#columns + column;
    return this.#dense ? this.#dense[cell]! : (this.#sparse.get(cell) ?? 0);
  }

  add(row: number, column: number, by: number): void {
    const cell = row * this.#columns + column;
    if (this.#dense) this.#dense[cell]! += by;
    else this.#sparse.set(cell, (this.#sparse.get(cell) ?? 0) + by);
  }

  clear(): void {
    this.#dense?.fill(0);
    this.#sparse.clear();
  }
}

const mean = (values: Float64Array): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** Which unit is in which wave, and what each wave holds. It keeps count and answers what would fit; it decides nothing. */
export class Packing {
  readonly units: Units;
  /** The wave of each unit, from 1; 0 while it is in none. */
  readonly wave: Int32Array;
  /** Groups in each wave. */
  readonly groups: Int32Array;
  readonly #size: Float64Array;
  readonly #traffic: Float64Array;
  readonly #critical: Float64Array;
  readonly #tally: Tally;
  /** By how many members a wave is over, summed over all sets. */
  readonly #setExcess: Float64Array;
  readonly #meanSize: number;
  readonly #meanTraffic: number;
  readonly #horizon: number;
  /** No wave behind it holds anything. */
  #top = 0;

  /** @param horizon the highest wave that may be used */
  constructor(units: Units, horizon: number) {
    this.units = units;
    this.#horizon = horizon;
    this.wave = new Int32Array(units.count);
    this.groups = new Int32Array(horizon + 2);
    this.#size = new Float64Array(horizon + 2);
    this.#traffic = new Float64Array(horizon + 2);
    this.#critical = new Float64Array(horizon + 2);
    this.#setExcess = new Float64Array(horizon + 2);
    this.#meanSize = Math.max(1, mean(units.size));
    this.#meanTraffic = mean(units.traffic) || 1;
    this.#tally = new Tally(units.sets.count, horizon + 2);
  }

  put(unit: number, wave: number): void {
    this.wave[unit] = wave;
    if (wave > this.#top) this.#top = wave;
    this.#count(unit, wave, 1);
  }

  take(unit: number): void {
    this.#count(unit, this.wave[unit]!, -1);
    this.wave[unit] = 0;
  }

  /** Begins anew with these waves, whether they fit or not. */
  load(wave: Int32Array): void {
    for (const held of [this.groups, this.#size, this.#traffic, this.#critical, this.#setExcess]) held.fill(0);
    this.#tally.clear();
    for (let unit = 0; unit < wave.length; unit += 1) this.put(unit, wave[unit]!);
  }

  /** The first wave that holds anything; one past the last wave if none does. */
  first(): number {
    let wave = 1;
    while (wave <= this.#top && this.groups[wave] === 0) wave += 1;
    return wave;
  }

  /** The same, looked for no further than `wave`. */
  firstUpTo(wave: number): number {
    let first = 1;
    while (first < wave && this.groups[first] === 0) first += 1;
    return first;
  }

  last(): number {
    while (this.#top > 0 && this.groups[this.#top] === 0) this.#top -= 1;
    return this.#top;
  }

  /** Whether not even the smallest group would find room in a wave. */
  isFull(wave: number): boolean {
    return this.groups[wave]! > 0 && this.#size[wave]! + 1 > this.units.limits.maxSize;
  }

  /** Whether what `wave` holds, with `unit` if there is one, is within the limits of any wave. */
  fits(wave: number, unit = -1): boolean {
    const { units } = this;
    const { limits } = units;
    const isUnit = unit >= 0;
    const groups = this.groups[wave]! + (isUnit ? units.groups[unit]! : 0);
    if (groups >= 2) {
      if (this.#size[wave]! + (isUnit ? units.size[unit]! : 0) > limits.maxSize) return false;
      if (this.#critical[wave]! + (isUnit ? units.critical[unit]! : 0) > limits.maxCritical) return false;
      if (this.#traffic[wave]! + (isUnit ? units.traffic[unit]! : 0) > units.maxTraffic) return false;
    }
    return !isUnit || units.sets.count === 0 || this.#setsFit(wave, unit, groups);
  }

  /** Whether what `wave` holds, with `unit` if there is one, is within the limits of the first wave. */
  fitsFirst(wave: number, unit = -1): boolean {
    const { units } = this;
    const { first } = units.limits;
    const isUnit = unit >= 0;
    const groups = this.groups[wave]! + (isUnit ? units.groups[unit]! : 0);
    if (this.#critical[wave]! + (isUnit ? units.critical[unit]! : 0) > first.maxCritical) return false;
    return groups < 2 || this.#size[wave]! + (isUnit ? units.size[unit]! : 0) <= first.maxSize;
  }

  /** By how much a wave is over its limits, in units of mean size, of mean traffic, of tier 0 and of members of sets. */
  excess(wave: number): number {
    const { limits, maxTraffic } = this.units;
    let sum = this.#setExcess[wave]!;
    const isMany = this.groups[wave]! >= 2;
    if (isMany) {
      sum += Math.max(0, this.#size[wave]! - limits.maxSize) / this.#meanSize;
      sum += Math.max(0, this.#traffic[wave]! - maxTraffic) / this.#meanTraffic;
      sum += Math.max(0, this.#critical[wave]! - limits.maxCritical);
    }
    if (wave > this.firstUpTo(wave)) return sum;
    if (isMany) sum += Math.max(0, this.#size[wave]! - limits.first.maxSize) / this.#meanSize;
    return sum + Math.max(0, this.#critical[wave]! - limits.first.maxCritical);
  }

  /** The same of all waves. */
  allExcess(): number {
    let sum = 0;
    for (let wave = this.first(); wave <= this.last(); wave += 1) sum += this.excess(wave);
    return sum;
  }

  /** Whether every window and `before` is kept, of what is loaded. */
  isOrdered(): boolean {
    for (let unit = 0; unit < this.units.count; unit += 1) if (!this.inOrder(unit, this.wave[unit]!)) return false;
    return true;
  }

  /** Whether a unit that is in no wave now may be put into this one, and the rest stays right. Windows and `before` too. */
  mayJoin(unit: number, wave: number): boolean {
    if (!this.inOrder(unit, wave) || !this.fits(wave, unit)) return false;
    const first = this.first();
    return wave > first ? this.fitsFirst(first) : this.fitsFirst(wave, unit);
  }

  /** Whether the wave is in the unit's window and `before` holds. Units in no wave are in nobody's way. */
  inOrder(unit: number, wave: number): boolean {
    const { earliest, latest, afterOf, beforeOf } = this.units;
    if (wave < earliest[unit]! || wave > latest[unit]! || wave > this.#horizon) return false;
    for (let at = afterOf.offsets[unit]!; at < afterOf.offsets[unit + 1]!; at += 1) {
      const other = this.wave[afterOf.edges[at]!]!;
      if (other !== 0 && other < wave) return false;
    }
    for (let at = beforeOf.offsets[unit]!; at < beforeOf.offsets[unit + 1]!; at += 1)
      if (this.wave[beforeOf.edges[at]!]! > wave) return false;
    return true;
  }

  /** Whether all that is loaded is within all limits, windows and orders. */
  isValid(): boolean {
    const first = this.first();
    if (first <= this.#top && !this.fitsFirst(first)) return false;
    for (let wave = first; wave <= this.last(); wave += 1) if (this.groups[wave]! > 0 && !this.fits(wave)) return false;
    for (let unit = 0; unit < this.units.count; unit += 1)
      if (!this.inOrder(unit, this.wave[unit]!) || !this.#ownSetsFit(unit)) return false;
    return true;
  }

  #count(unit: number, wave: number, sign: number): void {
    const { units } = this;
    this.groups[wave]! += sign * units.groups[unit]!;
    this.#size[wave]! += sign * units.size[unit]!;
    this.#traffic[wave]! += sign * units.traffic[unit]!;
    this.#critical[wave]! += sign * units.critical[unit]!;
    const { offsets, set, times, most } = units.sets;
    for (let at = offsets[unit]!; at < offsets[unit + 1]!; at += 1) {
      const each = set[at]!;
      const by = times[at]!;
      const held = this.#tally.get(each, wave);
      this.#setExcess[wave]! += Math.max(0, held + sign * by - most[each]!) - Math.max(0, held - most[each]!);
      this.#tally.add(each, wave, sign * by);
    }
  }

  #setsFit(wave: number, unit: number, groups: number): boolean {
    const { offsets, set, times, most, exempt } = this.units.sets;
    for (let at = offsets[unit]!; at < offsets[unit + 1]!; at += 1) {
      const each = set[at]!;
      if (groups < 2 && exempt[each] === 1) continue;
      if (this.#tally.get(each, wave) + times[at]! > most[each]!) return false;
    }
    return true;
  }

  #ownSetsFit(unit: number): boolean {
    const { offsets, set, most, exempt } = this.units.sets;
    const wave = this.wave[unit]!;
    for (let at = offsets[unit]!; at < offsets[unit + 1]!; at += 1) {
      const each = set[at]!;
      if (this.groups[wave]! < 2 && exempt[each] === 1) continue;
      if (this.#tally.get(each, wave) > most[each]!) return false;
    }
    return true;
  }
}
