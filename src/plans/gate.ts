import { z } from 'zod';
import { checkSchema, proxyRefSchema } from './check.ts';

/** What every metric says besides its test. */
const asked = {
  subject: z.string(),
  /** Requests (of both sides, where there is a control) below which nothing is decided. */
  minRequests: z.number(),
  /** The query's look-back in seconds, where it follows from a rate that the estate states. */
  windowSeconds: z.int().min(1).optional(),
  /** The requests that this rate brings within it. Fewer than `minRequests`: the gate will pause for want of data. */
  expectedRequests: z.int().min(0).optional(),
};

/** The proxies whose own counters say the same as a query, for estates without a metrics server. */
const tallySchema = z.strictObject({
  proxies: z.array(proxyRefSchema),
  /** Names of Envoy's clusters, whose counters are added up. */
  clusters: z.array(z.string()),
});

/** One number over a window, which must keep within bounds. It is asked when the bake is over. */
const thresholdSchema = z.strictObject({
  name: z.enum(['error-rate', 'error-count', 'traffic-share', 'traffic']),
  test: z.literal('threshold'),
  ...asked,
  query: z.string(),
  /** Divides `query`. */
  total: z.string().optional(),
  /** Bounds on the value, inclusive: a ratio for error-rate and traffic-share, requests in the window for traffic and error-count. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** A value above `max` is then no fault of what is judged: it decides nothing, and the gate waits. Absent: it fails. */
  overMax: z.literal('inconclusive').optional(),
  tally: tallySchema.optional(),
});

const countsSchema = z.strictObject({ requests: z.string(), errors: z.string(), tally: tallySchema });

/** What the counts since the bake began are held against: a sequential test, which may look as often as it likes. */
const errorsSchema = z.strictObject({
  name: z.literal('error-rate'),
  test: z.literal('errors'),
  ...asked,
  judged: countsSchema,
  /** What went elsewhere at the same time. Without it the test is against the baseline alone, which is weaker evidence. */
  control: countsSchema.optional(),
  /** The error ratio that is no fault, 0 to 1. */
  baseline: z.number().min(0).max(1),
  /** How much higher it may be before it must be seen, 0 to 1. */
  effect: z.number().min(0).max(1),
  /** The e-value from which on the gate fails: one over the test's share of the stage's level. */
  stopAt: z.number().min(1),
});

const bucketsSchema = z.strictObject({ buckets: z.string(), tally: tallySchema });

/** Whether what is judged is slower than its control, by more than a factor, anywhere between two bounds of the histogram. */
const latencySchema = z.strictObject({
  name: z.literal('latency'),
  test: z.literal('latency'),
  ...asked,
  judged: bucketsSchema,
  control: bucketsSchema,
  /** So many times slower is no fault, at least 1. */
  tolerance: z.number().min(1),
  stopAt: z.number().min(1),
});

/** A value that must not pass its limit for so long: no statistics, for faults that need none. */
const tripwireSchema = z.strictObject({
  name: z.enum(['error-burst', 'handshakes', 'silence']),
  test: z.literal('tripwire'),
  ...asked,
  query: z.string(),
  /** Divides `query`. */
  total: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  /** The time over which `query` is counted, in seconds. */
  forSeconds: z.int().min(1),
  tally: tallySchema,
});

/**
 * One thing that a metrics source is asked, and how its answer is judged. Queries are complete and made at plan time, so
 * that a reviewer sees what will be asked, but for two words: `$SINCE` is the time since the bake began as a duration
 * of PromQL, and `$SECONDS` the same in seconds.
 */
export const metricCheckSchema = z.discriminatedUnion('test', [thresholdSchema, errorsSchema, latencySchema, tripwireSchema]);

/** What must hold before the next stage. */
export const gateSchema = z.strictObject({
  checks: z.array(checkSchema),
  metrics: z.array(metricCheckSchema),
  /** How long the stage is watched before the gate may pass. */
  bakeMs: z.int().min(0),
  /** How long an inconclusive gate is asked again before the run pauses. */
  timeoutMs: z.int().min(0),
  /** How often it is looked at while it bakes: a test that may stop early then does. Absent: only afterwards. */
  lookEveryMs: z.int().min(1).optional(),
});

export type MetricCheck = z.infer<typeof metricCheckSchema>;
export type MetricTest = MetricCheck['test'];
export type CheckBy<T extends MetricTest> = Extract<MetricCheck, { test: T }>;
export type Tally = z.infer<typeof tallySchema>;
export type Gate = z.infer<typeof gateSchema>;

/** No data, NaN, an empty series or too few requests is `inconclusive`; a source that cannot be asked is `error`. */
export type GateOutcome = 'pass' | 'fail' | 'inconclusive' | 'error';

/** What one metric said, kept in the journal with the query that was asked. */
export interface Verdict {
  name: string;
  subject: string;
  outcome: GateOutcome;
  value: number | null;
  requests: number | null;
  why: string;
  /** As it was asked. */
  query?: string;
  /** What a sequential test made of the counts, and from where on it fails. */
  eValue?: number;
  stopAt?: number;
  /** Held against what happened beside it, or, as weaker evidence, against the stated baseline. */
  evidence?: 'concurrent' | 'baseline';
  /** The counts since the bake began. */
  counts?: Record<string, number>;
}
