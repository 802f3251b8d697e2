import type { Scrape } from '../../../test/generators/traffic-streams.ts';
import type { Watcher } from './watcher.ts';

/** The minutes after which the ranks are compared: often at first, since each comparison is of all minutes before. */
const LOOKS = new Set([3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 180, 240, 300, 360]);

/**
 * Whether the judged side's error ratios of single minutes rank higher than the control's: the normal approximation of the
 * U statistic, with its correction for ties. Source: Mann and Whitney 1947; Kayenta's judge compares canary and baseline so.
 */
export class MannWhitney implements Watcher {
  readonly #limit: number;
  readonly #judged: number[] = [];
  readonly #control: number[] = [];
  #failed = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  see(scrape: Scrape, before: (secondsAgo: number) => Scrape): boolean {
    const then = before(60);
    for (const [side, ratios] of [
      ['judged', this.#judged],
      ['control', this.#control],
    ] as const) {
      const requests = scrape[side].requests - then[side].requests;
      if (requests > 0) ratios.push((scrape[side].errors - then[side].errors) / requests);
    }
    if (LOOKS.has(scrape.seconds / 60)) this.#failed = rankScore(this.#judged, this.#control) > this.#limit;
    return this.#failed;
  }
}

/** The standardised U statistic of the first sample; 0 where nothing can be said. */
export function rankScore(first: readonly number[], second: readonly number[]): number {
  const all = [...first.map((value) => ({ value, own: 1 })), ...second.map((value) => ({ value, own: 0 }))].toSorted(
    (a, b) => a.value - b.value,
  );
  let [ranks, ties] = [0, 0];
  for (let from = 0; from < all.length;) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1;
    const own = all.slice(from, to).reduce((sum, each) => sum + each.own, 0);
    ranks += (own * (from + 1 + to)) / 2;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const [m, n, size] = [first.length, second.length, all.length];
  const variance = ((m * n) / 12) * (size + 1 - ties / (size * (size - 1)));
  return variance > 0 ? (ranks - (m * (m + 1)) / 2 - (m * n) / 2) / Math.sqrt(variance) : 0;
}
