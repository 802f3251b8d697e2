import { z } from 'zod';

/** A service's name, or that of a group of them: as the estate calls it. */
const serviceName = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'a service of the estate');

/** How the joins of an estate are laid out in waves: what a wave costs, and what it may hold. */
export const wavePolicySchema = z.strictObject({
  /** The team's pace: how long one wave lasts until the next begins, in hours. No gate waits that long. */
  hours: z.number().positive().max(8760).default(24),
  /** λ: what one more wave costs, in request-hours (requests per second times hours). */
  lambda: z.number().min(0).default(24),
  /** Workloads in one wave. */
  maxWorkloads: z.int().min(1).default(10),
  /** The share of the estate's traffic in one wave: requests per second, half of each call for each of its ends. */
  maxShare: z.number().positive().max(1).default(0.3),
  /** Services of tier 0 in one wave. */
  maxTier0: z.int().min(1).default(1),
  /** Groups of one owner in one wave. Absent: as many as there are. */
  maxPerOwner: z.int().min(1).optional(),
  /** Waves in all. Absent: as many as it takes. */
  maxWaves: z.int().min(1).optional(),
  /** Workloads in the first wave, which shows what the mesh costs here. It holds nothing of tier 0 where anything else can go first. */
  firstWorkloads: z.int().min(1).default(1),
  /** What a call costs more while its caller is in the mesh and its callee is not: a preference for callees first. */
  callerFirst: z.number().min(0).default(0.1),
  /** Requests per second of a call of which nobody says how many there are. */
  assumedRate: z.number().positive().default(1),
  /** Services that join in one wave. A set that is larger than a wave may be has no order. */
  together: z.array(z.array(serviceName).min(2)).default([]),
  /** Services that stand in for each other: no more than `most` of them (half, if absent) join in one wave, and none of two sites. */
  apart: z
    .array(z.strictObject({ services: z.array(serviceName).min(2), most: z.int().min(1).optional() }))
    .default([]),
  /** The first and the last wave that a service may join in. */
  pins: z
    .array(
      z.strictObject({
        service: serviceName,
        from: z.int().min(1).optional(),
        until: z.int().min(1).optional(),
        reason: z.string().min(1).max(500).optional(),
      }),
    )
    .default([]),
});

export type WavePolicy = z.infer<typeof wavePolicySchema>;

/** A time in which no stage begins: of everything, or of some services or owners. */
export const freezeSchema = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  until: z.iso.datetime({ offset: true }),
  reason: z.string().min(1).max(500),
  services: z.array(serviceName).min(1).optional(),
  owners: z.array(z.string().min(1).max(120)).min(1).optional(),
});

export type Freeze = z.infer<typeof freezeSchema>;

/** Days after which a plan may not be begun any more. Absent: 14. */
export const planValidDaysSchema = z.int().min(1).max(365);
