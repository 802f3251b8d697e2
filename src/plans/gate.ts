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

/** One call that the plan knows, as the callers' proxies count it, or as the called one's does. */
const edgeSchema = z.strictObject({
  subject: z.string(),
  /** Requests; or connections, those that were opened and those that are held. No data where a proxy is not scraped. */
  calls: z.string(),
  /** Requests that were answered with an error of the server, or of a proxy that reached none. */
  failed: z.string(),
  /** Connections that were not taken. */
  refused: z.string(),
});

/**
 * What went on before the stage, and is to go on after it. Each query is asked twice before the stage's first step, over the
 * window and over its second half, and then over the bake; the run's journal keeps the first answers.
 */
const replaySchema = z.strictObject({
  /** How long before the stage is looked at. */
  windowSeconds: z.int().min(1),
  /** The ratio of errors, and of refusals, that is no fault, and how much higher it may be before it must be seen. */
  baseline: z.number().min(0).max(1),
  effect: z.number().min(0).max(1),
  /** The e-value from which on new errors or refusals are a fault. */
  stopAt: z.number().min(1),
  edges: z.array(edgeSchema),
  /** Hosts that call, and the names they were told an address for: after the stage they are told the same. */
  names: z.array(z.strictObject({ host: z.string(), hostnames: z.array(z.string()).min(1) })),
});

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
  /** What was seen before the stage is checked after it. Absent: nothing that the stage touches could be seen before. */
  replay: replaySchema.optional(),
});

export type MetricCheck = z.infer<typeof metricCheckSchema>;
export type MetricTest = MetricCheck['test'];
export type CheckBy<T extends MetricTest> = Extract<MetricCheck, { test: T }>;
export type Tally = z.infer<typeof tallySchema>;
export type Gate = z.infer<typeof gateSchema>;
export type Replay = z.infer<typeof replaySchema>;
export type ReplayEdge = z.infer<typeof edgeSchema>;

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
  /** Held against what happened beside it, or, as weaker evidence, against the stated baseline or what was before. */
  evidence?: 'concurrent' | 'baseline' | 'before';
  /** The counts since the bake began. */
  counts?: Record<string, number>;
}
