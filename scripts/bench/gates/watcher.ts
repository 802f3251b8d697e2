import type { Scrape } from '../../../test/generators/traffic-streams.ts';

/** A rule that looks at each scrape, and says when it rolls back. */
export interface Watcher {
  /** True from when it would roll back. */
  see(scrape: Scrape, before: (secondsAgo: number) => Scrape): boolean;
}

/** One setting of one rule. */
export interface Setting {
  peer: string;
  words: string;
  /** It looks at multiples of so many seconds only. */
  everySeconds: number;
  watcher: () => Watcher;
}
