import { z } from 'zod';
import { API_VERSION } from '../../estate/schema.ts';

/** The format of lock files that this version writes, and the latest that it reads. */
export const LOCK_FORMAT = 1;
/** Days that a plan may be begun in, where the estate does not say (`policy.planValidDays`). */
export const PLAN_VALID_DAYS = 14;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** A list is sorted where its order means nothing. */
const fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))]);

const lockedObject = z.strictObject({
  /** Over `fields`. */
  fingerprint: digest,
  /** Just what the plan depends on, by the words of the inventory. */
  fields: z.record(z.string(), fact),
});

/** `NAME.plan.lock.yaml`: when a plan was made and what it depends on. No secret, and nothing that apply carries out. */
export const lockSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('PlanLock'),
  formatVersion: z.literal(LOCK_FORMAT),
  /** Over the file without this field. */
  digest,
  plan: z.strictObject({ id: z.string(), digest }),
  createdAt: z.iso.datetime(),
  /** From then on a run of the plan may not begin. */
  expiresAt: z.iso.datetime(),
  /** The version of meshway, the provider, and the versions that a joining host gets. */
  made: z.strictObject({
    meshway: z.string(),
    provider: z.string(),
    artifacts: z.record(z.string(), z.strictObject({ version: z.string(), sha256: z.string() })),
  }),
  /** By what they are: `host/vm-a`, `mesh/lab`, `service/catalog`, `name/catalog.shop.internal`, `workload/…`. */
  objects: z.record(z.string(), lockedObject),
  /** Digests of everything else that was seen and that lasts, to tell how much of it became different. */
  elsewhere: z.record(z.string(), digest),
  /** What the gates will ask, as it was resolved for this plan. */
  queries: z.array(
    z.strictObject({
      /** The stage, or the step of a rung. */
      gate: z.string(),
      name: z.string(),
      subject: z.string(),
      query: z.string(),
      total: z.string().optional(),
    }),
  ),
});

export type PlanLock = z.infer<typeof lockSchema>;
export type LockFact = z.infer<typeof fact>;
/** What a plan depends on of one object, by field. */
export type LockedFields = Record<string, LockFact>;

/** `plans/shop.plan.yaml` → `plans/shop.plan.lock.yaml`. */
export const lockFileOf = (planFile: string): string => `${planFile.replace(/\.ya?ml$/, '')}.lock.yaml`;
