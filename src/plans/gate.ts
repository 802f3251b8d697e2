import { z } from 'zod';
import { checkSchema } from './check.ts';

/**
 * One number from a metrics source and what it must be. `ratio` and `share` divide `query` by `total`;
 * both are complete queries, resolved at plan time, so that a reviewer sees what will be asked.
 */
export const metricCheckSchema = z.strictObject({
  name: z.enum(['error-rate', 'error-count', 'traffic-share', 'traffic']),
  subject: z.string(),
  query: z.string(),
  total: z.string().optional(),
  /** Bounds on the value, inclusive: a ratio for error-rate and traffic-share, requests in the window for traffic and error-count. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** Requests (the value of `total`, or of `query` itself) below which nothing is decided. */
  minRequests: z.number(),
  /** The query's look-back in seconds, where it follows from a rate that the estate states. */
  windowSeconds: z.int().min(1).optional(),
  /** The requests that this rate brings within it. Fewer than `minRequests`: the gate will pause for want of data. */
  expectedRequests: z.int().min(0).optional(),
});

/** What must hold before the next stage. */
export const gateSchema = z.strictObject({
  checks: z.array(checkSchema),
  metrics: z.array(metricCheckSchema),
  /** How long the stage is watched before the gate may pass. */
  bakeMs: z.int().min(0),
  /** How long an inconclusive gate is asked again before the run pauses. */
  timeoutMs: z.int().min(0),
});

export type MetricCheck = z.infer<typeof metricCheckSchema>;
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
  query?: string;
}
