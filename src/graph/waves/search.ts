import { Packing } from './packing.ts';
import type { Units } from './units.ts';

/** Looks at a unit in a wave, in all: the budget. */
const LOOKS = 1_500_000;

interface Windows {
  first: Int32Array;
  last: Int32Array;
}

/**
 * Looks for any order that keeps the hard constraints, by trying: the unit with the fewest waves left first, waves from
 * the first on. Begins anew for each wave and each unit that the order may begin with.
 *
 * @returns an order; `no` if there is none; `unknown` if the budget was used up before
 */
export function searchOrder(units: Units, windows: Windows, horizon: number): Int32Array | 'no' | 'unknown' {
  const openings = Math.min(
    minimum(windows.last),
    windows.first.reduce((most, each) => Math.max(most, each), 1),
  );
  const budget = { looks: LOOKS };
  for (let opening = 1; opening <= openings; opening += 1)
    for (let unit = 0; unit < units.count; unit += 1) {
      if (units.beforeOf.offsets[unit] !== units.beforeOf.offsets[unit + 1] || windows.first[unit]! > opening) continue;
      budget.looks -= units.count;
      const search = new Search(units, windows, horizon, opening, budget);
      const found = search.from(unit);
      if (found) return found;
      if (budget.looks <= 0) return 'unknown';
    }
  return 'no';
}

const minimum = (values: Int32Array): number => values.reduce((least, each) => Math.min(least, each), 0x7fffffff);

/** A decision: the unit, and the wave it is tried in. */
interface Choice {
  unit: number;
  wave: number;
}

class Search {
  readonly #packing: Packing;
  readonly #windows: Windows;
  readonly #horizon: number;
  readonly #opening: number;
  readonly #budget: { looks: number };
  /** 1: a window begins here, or one has ended just before. Between two such waves all empty ones are alike. */
  readonly #isApart: Uint8Array;
  readonly #hasBefore: boolean;

  constructor(units: Units, windows: Windows, horizon: number, opening: number, budget: { looks: number }) {
    this.#packing = new Packing(units, horizon);
    [this.#windows, this.#horizon, this.#opening, this.#budget] = [windows, horizon, opening, budget];
    this.#hasBefore = units.afterOf.edges.length > 0;
    this.#isApart = new Uint8Array(horizon + 2);
    this.#isApart[opening + 1] = 1;
    for (const first of windows.first) if (first <= horizon) this.#isApart[first] = 1;
    for (const last of windows.last) if (last < horizon) this.#isApart[last + 1] = 1;
  }

  /** @param unit put into the opening wave */
  from(unit: number): Int32Array | undefined {
    if (!this.#packing.mayJoin(unit, this.#opening)) return undefined;
    this.#packing.put(unit, this.#opening);
    const path: Choice[] = [];
    let choice = this.#next();
    while (choice && this.#budget.looks > 0) {
      const wave = this.#room(choice.unit, choice.wave);
      if (wave > 0) {
        this.#packing.put(choice.unit, wave);
        path.push({ unit: choice.unit, wave });
        choice = this.#next();
      } else {
        const last = path.pop();
        if (!last) return undefined;
        this.#packing.take(last.unit);
        choice = { unit: last.unit, wave: last.wave + 1 };
      }
    }
    return choice ? undefined : this.#packing.wave;
  }

  /** The unit with the fewest waves left, to be tried from its first; undefined if all are placed. */
  #next(): Choice | undefined {
    let [best, fewest] = [-1, Infinity];
    for (let unit = 0; unit < this.#packing.wave.length && fewest > 0; unit += 1) {
      if (this.#packing.wave[unit] !== 0) continue;
      let ways = 0;
      for (let wave = this.#room(unit, 1); wave > 0 && ways < fewest; wave = this.#room(unit, wave + 1)) ways += 1;
      if (ways < fewest) [best, fewest] = [unit, ways];
    }
    return best === -1 ? undefined : { unit: best, wave: 1 };
  }

  /** The first wave from here on that the unit may join; 0 if there is none. Of empty waves that are alike, only one. */
  #room(unit: number, from: number): number {
    const end = Math.min(this.#windows.last[unit]!, this.#horizon);
    const start = Math.max(from, this.#opening, this.#windows.first[unit]!);
    for (let wave = start; wave <= end; wave += 1) {
      this.#budget.looks -= 1;
      if (!this.#isRepeat(wave) && this.#packing.mayJoin(unit, wave)) return wave;
    }
    return 0;
  }

  #isRepeat(wave: number): boolean {
    if (this.#hasBefore || this.#isApart[wave] === 1) return false;
    return this.#packing.groups[wave] === 0 && this.#packing.groups[wave - 1] === 0 && wave - 1 >= this.#opening;
  }
}
