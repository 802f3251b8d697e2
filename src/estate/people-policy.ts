import { z } from 'zod';

const names = z.array(z.string().min(1).max(253)).min(1);

/** Stages that wait for a person's word. One that says nothing but its reason is of all stages; else all that it says must fit. */
export const approvalSchema = z.strictObject({
  reason: z.string().min(1).max(500),
  moves: z
    .array(z.enum(['join', 'publish', 'shift', 'recycle', 'enforce', 'scope', 'retire']))
    .min(1)
    .optional(),
  /** Stages with a step that interrupts in one of these ways. */
  interruptions: z
    .array(z.enum(['restart', 'connection-reset']))
    .min(1)
    .optional(),
  services: names.optional(),
  owners: names.optional(),
  /** Stages of services of one of these tiers. */
  tiers: z.array(z.int().min(0)).min(1).optional(),
});

export type Approval = z.infer<typeof approvalSchema>;

const counts = z.strictObject({
  /** Stages of which a step failed. */
  failed: z.int().min(0).default(0),
  /** Stages whose host or cluster did not answer. */
  unreachable: z.int().min(0).default(0),
  /** Stages of which nobody can tell how far they got: they could not be taken back either. */
  unknown: z.int().min(0).default(0),
  /** Stages that are not tried, because they need one of those. */
  skipped: z.int().min(0).default(0),
});

/** How many stages a run may go on without, by why, in one wave and in all. */
export const failureBudgetSchema = z.strictObject({ wave: counts.prefault({}), run: counts.prefault({}) });

export type FailureBudget = z.infer<typeof failureBudgetSchema>;

/** What people may say of a run before it begins. */
export const peoplePolicy = {
  /** Stages that begin only when somebody has approved them. */
  approval: z.array(approvalSchema).min(1).optional(),
  /** How many stages a run may go on without. Absent: none, the first that fails ends it. */
  failureBudget: failureBudgetSchema.optional(),
  /** While there is a file of that name nobody begins anything; beside the estate file unless absolute. */
  vetoFile: z.string().min(1).max(4096).optional(),
};
