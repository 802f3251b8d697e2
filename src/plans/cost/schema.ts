import { z } from 'zod';

/** From the lowest to the highest of what was published: never one number. */
export const rangeSchema = z
  .strictObject({ low: z.number().min(0), high: z.number().min(0) })
  .refine(({ low, high }) => low < high, { error: '`low` is below `high`' });

const amounts = z.strictObject({
  /** Of all proxies together, at the predicted rate; 1,000 are one CPU. */
  cpuMillicores: rangeSchema,
  /** Of all proxies together. */
  memoryMib: rangeSchema,
  /** What a call takes longer, through the proxies of both its sides: the median, and the slowest of a hundred. */
  p50Ms: rangeSchema,
  p99Ms: rangeSchema,
  /** Where the figures are from, by the ids of `sources`. */
  sources: z.array(z.string()).min(1),
});

/** What the mesh will cost, as others have measured it. */
export const costSchema = z.strictObject({
  /** Nothing of it was measured in this estate: that comes with the first wave. */
  basis: z.literal('prediction'),
  /** The mesh's release in the cluster; figures of later ones are left out. Absent: not known, and all are taken. */
  version: z.string().optional(),
  /** One entry for each workload that joins; units that share a host share its proxy. */
  workloads: z.array(
    z.strictObject({
      workloads: z.array(z.string()).min(1),
      services: z.array(z.string()).min(1),
      /** Proxies, which is pods; one on a host. */
      proxies: z.int().min(0),
      /** Requests per second that pass them, those received and those sent. */
      requestsPerSecond: z.number().min(0),
      /** Whether the estate states all of that rate, some of it or nothing. */
      rate: z.enum(['stated', 'mixed', 'assumed']),
      /** Services whose connections are counted and not their requests: what they cost in CPU is not in the figures. */
      leftOut: z.array(z.string()).min(1).optional(),
      sidecar: amounts.optional(),
      /** Absent on a host: Istio's ambient mode has no place for it. */
      ambient: amounts.optional(),
    }),
  ),
  /** All sidecars. A service that shifts has its requests in one of its two proxies at a time, and the memory of both. */
  total: z.strictObject({ cpuMillicores: rangeSchema, memoryMib: rangeSchema }).optional(),
  sources: z.array(z.strictObject({ id: z.string(), title: z.string(), url: z.string() })),
});

export type PlanCost = z.infer<typeof costSchema>;
export type Amounts = z.infer<typeof amounts>;
export type Range = z.infer<typeof rangeSchema>;
