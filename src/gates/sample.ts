import type { MetricTest } from '../plans/gate.ts';

/** What proxies counted since a bake began. */
export interface Counts {
  requests: number;
  errors: number;
}

/** What was counted of one call over a span; null is no data. */
export interface EdgeCounts {
  calls: number | null;
  failed: number | null;
  refused: number | null;
}

/** One call before a stage: how often in each half of the window, and how often in vain in all of it. */
export interface EdgeBefore {
  subject: string;
  earlier: number;
  later: number;
  failed: number;
  refused: number;
}

/** A histogram of latencies since a bake began: how many requests took at most so many milliseconds, bounds ascending. */
export type Histogram = readonly { boundMs: number; count: number }[];

interface Answers {
  threshold: { value: number | null; total: number | null };
  errors: { judged: Counts | null; control: Counts | null };
  latency: { judged: Histogram | null; control: Histogram | null };
  tripwire: { value: number | null; total: number | null };
}

/**
 * What a source said of one metric, all of it by one look; null is no data. `value` is that of the check's `query`, divided
 * by that of its `total` where it has one. `query` is what was asked, as it was asked.
 */
export type SampleOf<T extends MetricTest> = { test: T; query: string } & Answers[T];
export type Sample = { [T in MetricTest]: SampleOf<T> }[MetricTest];

/** How long a gate has baked when it is looked at. */
export interface Elapsed {
  elapsedMs: number;
}
