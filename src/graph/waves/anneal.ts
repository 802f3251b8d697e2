import { arrangementCost, costAt } from './arrangement.ts';
import { Packing } from './packing.ts';
import type { Random } from './random.ts';
import type { Units } from './units.ts';

/** How many times as much it costs at the end to be over a limit: an answer may not be. */
const DEARER = 20;

/** In the unit of cost: the first and the last heat, and what a wave pays at first for each unit over its limits. */
export interface Heats {
  from: number;
  to: number;
  excess: number;
}

/**
 * Simulated annealing over orders of waves (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983), within windows
 * and orders at every step. Limits of waves may be exceeded on the way, at a price: where waves are nearly full, hardly
 * any single move keeps them. Only what keeps them all counts as found. Its moves: a unit to another wave or to one of its own, two that call each other to another wave, two units swapped, two waves made
 * one, a wave cut in two, a wave moved.
 */
export class Annealing {
  readonly units: Units;
  readonly #horizon: number;
  readonly #random: Random;
  readonly #scratch: Int32Array;
  #packing: Packing;
  #spare: Packing;
  #cost: number;
  readonly #hasPins: boolean;
  #heat = 0;
  #excess = 0;
  #penalty = 0;
  best: Int32Array;
  bestCost: number;

  /** @param wave an order that keeps all hard constraints */
  constructor(units: Units, horizon: number, wave: Int32Array, random: Random) {
    this.units = units;
    this.#horizon = horizon;
    this.#random = random;
    this.#hasPins = units.earliest.some((wave) => wave > 1);
    this.#packing = new Packing(units, horizon);
    this.#spare = new Packing(units, horizon);
    this.#packing.load(wave);
    this.#scratch = wave.slice();
    this.best = wave.slice();
    this.#cost = this.bestCost = arrangementCost(units, wave);
  }

  /** Goes on from where it is. */
  run(moves: number, { from, to, excess }: Heats): void {
    if (this.units.count < 2) return;
    this.#penalty = excess;
    const cooling = (to / from) ** (1 / moves);
    const dearer = DEARER ** (1 / moves);
    this.#heat = from;
    for (let move = 0; move < moves; move += 1) {
      this.#move();
      this.#heat *= cooling;
      this.#penalty *= dearer;
    }
  }

  /** Goes on from the best, downhill only. */
  settle(moves: number): void {
    this.#packing.load(this.best);
    [this.#cost, this.#excess] = [this.bestCost, 0];
    this.run(moves, { from: Number.MIN_VALUE, to: Number.MIN_VALUE, excess: this.#penalty });
  }

  #move(): void {
    const kind = this.#random.below(100);
    if (kind < 42) this.#relocate();
    else if (kind < 57) this.#relocateTwo();
    else if (kind < 80) this.#swap();
    else if (kind < 88) this.#isolate();
    else if (kind < 92) this.#merge();
    else if (kind < 96) this.#split();
    else this.#shiftWave();
  }

  #accepts(delta: number): boolean {
    return delta <= 0 || this.#random.unit() < Math.exp(-delta / this.#heat);
  }

  #note(delta: number, excess: number): void {
    this.#cost += delta;
    this.#excess += excess;
    if (this.#excess > 1e-9 || this.#cost >= this.bestCost - 1e-9 * Math.abs(this.bestCost)) return;
    if (!this.#packing.isValid()) return;
    this.#excess = 0;
    this.best.set(this.#packing.wave);
    this.#cost = this.bestCost = arrangementCost(this.units, this.best);
  }

  /** A wave near which the unit would like to be, or any. */
  #target(unit: number): number {
    const { offsets, near } = this.units;
    const [start, end] = [offsets[unit]!, offsets[unit + 1]!];
    const last = this.#packing.last();
    if (end === start || this.#random.below(4) === 0) return 1 + this.#random.below(last);
    const wave = this.#packing.wave[near[start + this.#random.below(end - start)]!]! + this.#random.below(3) - 1;
    return Math.min(last, Math.max(1, wave));
  }

  #relocate(): void {
    const unit = this.#random.below(this.units.count);
    const { wave, groups } = this.#packing;
    const [own, target] = [wave[unit]!, this.#target(unit)];
    if (own === target) return;
    if (groups[own] === this.units.groups[unit]!) return this.#dissolve(unit, own, target);
    if (!this.#packing.inOrder(unit, target)) return;
    const delta = costAt(this.units, wave, unit, target) - costAt(this.units, wave, unit, own);
    const before = this.#packing.excess(own) + this.#packing.excess(target);
    this.#put(unit, target);
    const excess = this.#packing.excess(own) + this.#packing.excess(target) - before;
    if (this.#accepts(delta + this.#penalty * excess)) this.#note(delta, excess);
    else this.#put(unit, own);
  }

  /** A unit and one that it calls, or that calls it, into one wave. */
  #relocateTwo(): void {
    const [packing, random, { offsets, near }] = [this.#packing, this.#random, this.units];
    const { wave } = packing;
    const one = random.below(this.units.count);
    const [start, end] = [offsets[one]!, offsets[one + 1]!];
    if (start === end) return;
    const other = near[start + random.below(end - start)]!;
    const [a, b, target] = [wave[one]!, wave[other]!, this.#target(random.below(2) === 0 ? one : other)];
    if (a === target || b === target || this.#wouldEmpty(one, other)) return;
    const before = packing.excess(a) + packing.excess(target) + (a === b ? 0 : packing.excess(b));
    let delta = costAt(this.units, wave, one, target) - costAt(this.units, wave, one, a);
    this.#put(one, target);
    delta += costAt(this.units, wave, other, target) - costAt(this.units, wave, other, b);
    this.#put(other, target);
    const excess = packing.excess(a) + packing.excess(target) + (a === b ? 0 : packing.excess(b)) - before;
    const isFine = packing.inOrder(one, target) && packing.inOrder(other, target);
    if (isFine && this.#accepts(delta + this.#penalty * excess)) return this.#note(delta, excess);
    this.#put(one, a);
    this.#put(other, b);
  }

  #wouldEmpty(one: number, other: number): boolean {
    const { wave, groups } = this.#packing;
    const [ofOne, ofOther] = [this.units.groups[one]!, this.units.groups[other]!];
    if (wave[one] === wave[other]) return groups[wave[one]!] === ofOne + ofOther;
    return groups[wave[one]!] === ofOne || groups[wave[other]!] === ofOther;
  }

  #put(unit: number, wave: number): void {
    this.#packing.take(unit);
    this.#packing.put(unit, wave);
  }

  /** A unit leaves a wave of its own; the waves behind it move up, unless it is for pins that they stay. */
  #dissolve(unit: number, own: number, target: number): void {
    this.#scratch.set(this.#packing.wave);
    this.#scratch[unit] = target;
    if (this.#hasPins && this.#random.below(2) === 0) {
      this.#scratch[unit] = 1 + this.#random.below(this.#packing.last() + 1);
      return this.#try();
    }
    for (let at = 0; at < this.#scratch.length; at += 1) if (this.#scratch[at]! > own) this.#scratch[at]! -= 1;
    this.#try();
  }

  #swap(): void {
    const [packing, random] = [this.#packing, this.#random];
    const { wave } = packing;
    const one = random.below(this.units.count);
    let other = random.below(this.units.count);
    const wanted = this.#target(one);
    for (let look = 0; look < 8 && wave[other] !== wanted; look += 1) other = (other + 1) % this.units.count;
    const [a, b] = [wave[one]!, wave[other]!];
    if (a === b) return;
    const before = packing.excess(a) + packing.excess(b);
    let delta = costAt(this.units, wave, one, b) - costAt(this.units, wave, one, a);
    this.#put(one, b);
    delta += costAt(this.units, wave, other, a) - costAt(this.units, wave, other, b);
    this.#put(other, a);
    const excess = packing.excess(a) + packing.excess(b) - before;
    const isFine = packing.inOrder(one, b) && packing.inOrder(other, a);
    if (isFine && this.#accepts(delta + this.#penalty * excess)) return this.#note(delta, excess);
    this.#put(one, a);
    this.#put(other, b);
  }

  /** A unit gets a wave of its own, put in somewhere. */
  #isolate(): void {
    const unit = this.#random.below(this.units.count);
    if (this.#packing.groups[this.#packing.wave[unit]!] === this.units.groups[unit]!) return;
    const target = this.#target(unit) + this.#random.below(2);
    this.#scratch.set(this.#packing.wave);
    for (let at = 0; at < this.#scratch.length; at += 1) if (this.#scratch[at]! >= target) this.#scratch[at]! += 1;
    this.#scratch[unit] = target;
    this.#try();
  }

  #merge(): void {
    const last = this.#packing.last();
    if (last < 2) return;
    const target = 1 + this.#random.below(last - 1);
    this.#scratch.set(this.#packing.wave);
    for (let at = 0; at < this.#scratch.length; at += 1) if (this.#scratch[at]! > target) this.#scratch[at]! -= 1;
    this.#try();
  }

  /** Part of a wave, at random, stays; the rest and all later waves move back by one. */
  #split(): void {
    const target = 1 + this.#random.below(this.#packing.last());
    this.#scratch.set(this.#packing.wave);
    for (let at = 0; at < this.#scratch.length; at += 1)
      if (this.#scratch[at]! > target || (this.#scratch[at] === target && this.#random.below(2) === 0))
        this.#scratch[at]! += 1;
    this.#try();
  }

  #shiftWave(): void {
    const last = this.#packing.last();
    if (last < 2) return;
    const [from, to] = [1 + this.#random.below(last), 1 + this.#random.below(last)];
    for (let at = 0; at < this.#scratch.length; at += 1) {
      const wave = this.#packing.wave[at]!;
      if (wave === from) this.#scratch[at] = to;
      else if (wave > from && wave <= to) this.#scratch[at] = wave - 1;
      else this.#scratch[at] = wave < from && wave >= to ? wave + 1 : wave;
    }
    this.#try();
  }

  /** Goes on with what is in the scratch waves, if it is accepted and keeps the constraints. */
  #try(): void {
    const delta = arrangementCost(this.units, this.#scratch) - this.#cost;
    // What is over now may come right: more than that cannot be gained beyond `delta`.
    if (!this.#accepts(delta - this.#penalty * this.#excess)) return;
    for (const wave of this.#scratch) if (wave < 1 || wave > this.#horizon) return;
    this.#spare.load(this.#scratch);
    if (!this.#spare.isOrdered()) return;
    const excess = this.#spare.allExcess() - this.#excess;
    if (!this.#accepts(delta + this.#penalty * excess)) return;
    [this.#packing, this.#spare] = [this.#spare, this.#packing];
    this.#note(delta, excess);
  }
}
