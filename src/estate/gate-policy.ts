import { z } from 'zod';

/** How carefully a plan's gates watch. */
export const gatePolicySchema = z.strictObject({
  /** How long a stage is watched after its last step, in seconds. */
  bakeSeconds: z.int().min(0).default(10),
  /** The look-back window of the metric queries, in seconds. */
  windowSeconds: z.int().min(5).default(15),
  /** Requests in the window below which a metric decides nothing. */
  minRequests: z.int().min(1).default(20),
  maxErrorRatio: z.number().min(0).max(1).default(0.001),
  /** Tolerance of a traffic share, absolute. */
  shareTolerance: z.number().min(0).max(1).default(0.1),
  timeoutSeconds: z.int().min(1).default(180),
  /** How much higher a service's error ratio may be before a gate must see it. Absent: 0.01. */
  effect: z.number().min(0.0001).max(1).optional(),
  /** The probability of seeing it. Absent: 0.9. */
  power: z.number().min(0.5).max(0.99).optional(),
  /** The longest and the shortest time, in seconds, that a request rate may make of a gate's watch. Absent: 900 and 0. */
  maxBakeSeconds: z.int().min(5).max(604_800).optional(),
  minBakeSeconds: z.int().min(0).max(604_800).optional(),
  /** How long the control plane may be away without a joined host losing its certificate, in seconds. Absent: 3600. */
  outageSeconds: z.int().min(1).max(604_800).optional(),
  /** How far the clocks of a joined host and of the API server may be apart, in seconds. Absent: 5. */
  maxClockSkewSeconds: z.number().min(2).max(120).optional(),
});
