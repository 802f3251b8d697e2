import { z } from 'zod';
import { rangeSchema } from './cost/schema.ts';

const proxySchema = z.strictObject({
  subject: z.string(),
  /** Of a host: its name. The CPU of a pod's proxy is not measured. */
  host: z.string().optional(),
  /** A query of the milliseconds by which a request takes longer for passing it, at the mean. */
  addedMs: z.string(),
  /** A query of the requests per second that pass it. */
  perSecond: z.string(),
});

/** What is measured of the mesh once a stage's gate has passed, and what the plan predicts of it. */
export const measureSchema = z.strictObject({
  windowSeconds: z.int().min(1),
  proxies: z.array(proxySchema).min(1),
  predicted: z.strictObject({
    /** Of a call, which passes two proxies. */
    p50Ms: rangeSchema,
    p99Ms: rangeSchema,
    /** Of one proxy, for 1,000 requests per second that pass it. */
    millicoresPerThousand: rangeSchema,
  }),
});

export type Measure = z.infer<typeof measureSchema>;
export type MeasuredProxy = Measure['proxies'][number];

/** What was measured of one proxy; null is not measured, and `lack` says why. */
export const proxyCostSchema = z.strictObject({
  subject: z.string(),
  /** Milliseconds by which a request took longer for passing it, at the mean. */
  addedMs: z.number().nullable(),
  /** Requests per second that passed it. */
  perSecond: z.number().nullable(),
  /** Of the CPU, 1,000 are one; of a host's proxy. */
  millicores: z.number().nullable(),
  lack: z.string().optional(),
});

export type ProxyCost = z.infer<typeof proxyCostSchema>;
