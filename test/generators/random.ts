/** Numbers that look random and are the same for the same seed, on every machine. */
export interface Random {
  /** From 0, less than 1. */
  next(): number;
  /** A whole number, `low` and `high` among them. */
  between(low: number, high: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** A rank from 0 to count - 1, the k-th about 1/k as often as the first: Zipf's law with exponent 1, without a table. */
  zipf(count: number): number;
  /** Log-normal around `middle`, in hundredths, from 1 to 1,000,000: rates from 0.01 to 10,000 a second. */
  hundredths(middle: number, sigma: number): number;
  /** 0 to count - 1 in a random order. */
  shuffled(count: number): Int32Array;
}

/** mulberry32 (Tommy Ettinger, public domain): 32 bits of state, which is plenty for an instance. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (from) => from[between(0, from.length - 1)]!,
    zipf: (count) => Math.min(count, Math.floor(Math.exp(next() * Math.log(count + 1)))) - 1,
    hundredths: (middle, sigma) => clamp(Math.round(100 * middle * Math.exp(sigma * normal(next)))),
    shuffled: (count) =>
      shuffle(
        Int32Array.from({ length: count }, (_, index) => index),
        between,
      ),
  };
}

/** Box and Muller's transform. */
function normal(next: () => number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - next()));
  return radius * Math.cos(2 * Math.PI * next());
}

function clamp(hundredths: number): number {
  return Math.min(1_000_000, Math.max(1, hundredths));
}

/** Fisher and Yates. */
function shuffle(order: Int32Array, between: (low: number, high: number) => number): Int32Array {
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = between(0, last);
    const kept = order[last]!;
    order[last] = order[other]!;
    order[other] = kept;
  }
  return order;
}
