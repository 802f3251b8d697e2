/** Numbers that look random and are the same for the same seed: xorshift32 (Marsaglia, J. Stat. Software 8(14), 2003). */
export class Random {
  #state: number;

  constructor(seed: number) {
    // Small seeds lie close together: two rounds of a multiplicative hash spread them. The state may not be 0.
    this.#state = Math.imul(Math.imul(seed | 0, 0x9e3779b1) ^ 0x85ebca6b, 0xc2b2ae35) | 0 || 0x2545f491;
  }

  /** A whole number from 0 to 2³² - 1. */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0;
  }

  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number {
    return Math.floor((this.next() / 0x100000000) * bound);
  }

  /** A number from 0 to 1, without 1. */
  unit(): number {
    return this.next() / 0x100000000;
  }
}
