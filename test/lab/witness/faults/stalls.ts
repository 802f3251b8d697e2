const EVERY_MS = 50;

/**
 * How long this machine let nobody run, at worst: the longest time by which a timer was late. Everything of the lab shares
 * its processors, and a request that waits for 5 s is lost, whoever made it wait.
 */
export class Stalls {
  #worstMs = 0;
  #dueMs = performance.now() + EVERY_MS;
  readonly #timer = setInterval(() => {
    const now = performance.now();
    this.#worstMs = Math.max(this.#worstMs, now - this.#dueMs);
    this.#dueMs = now + EVERY_MS;
  }, EVERY_MS);

  /** Ends the watch and says what was worst, in milliseconds. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#worstMs;
  }
}
