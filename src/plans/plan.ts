import { z } from 'zod';
import { failureBudgetSchema } from '../estate/people-policy.ts';
import { API_VERSION } from '../estate/schema.ts';
import { checkSchema } from './check.ts';
import { costSchema } from './cost/schema.ts';
import { measureSchema } from './measure.ts';
import { gateSchema } from './gate.ts';
import { operationSchema } from './operation.ts';

/** `sha256:` and 64 hexadecimal digits, over canonical JSON. */
export type Digest = string;
/** Hashing is passed in, so that planning stays free of effects. */
export type Hash = (text: string) => Digest;

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const slug = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/);

export const stepSchema = z.strictObject({
  /** Unique in the plan: `<stage>/<action>[-<n>]`. */
  id: z.string().regex(/^[a-z0-9.-]+\/[a-z0-9.-]+$/),
  action: z.string(),
  /** Why this step is in the plan, and here. */
  reason: z.string(),
  /** What a reviewer must know beyond the reason; absent when there is nothing. */
  notes: z.array(z.string()).min(1).optional(),
  /** What must be observed before anything is changed: a backend is seen healthy before it gets weight. */
  require: z.array(checkSchema),
  /** The same for the way back: only what the way back itself rests on. */
  requireRevert: z.array(checkSchema),
  apply: z.array(operationSchema).min(1),
  verify: z.array(checkSchema),
  revert: z.union([z.array(operationSchema), z.literal('irreversible')]),
  /** What must be observed after `revert`. */
  verifyRevert: z.array(checkSchema),
  /** What the step does to traffic, forward and back, declared before it happens. */
  interruption: z.enum(['none', 'restart', 'connection-reset']),
  interruptionDetail: z.string().optional(),
  /** A rung of a ladder has a gate of its own. */
  gate: gateSchema.optional(),
  timeoutMs: z.int().min(1),
  hash: digest,
});

/** What is predicted of a stage, when every gate passes the first time it is asked. */
const expectsSchema = z.strictObject({
  /** From its first step to its gate's pass, without what a person does. */
  seconds: z.number().min(0),
  /** Of these, those in which its rungs and itself are watched. */
  bakeSeconds: z.number().min(0),
  /** Requests that its gates need, where that follows from stated rates. */
  requests: z.int().min(0).optional(),
  /** A person does one of its steps, which takes as long as it takes. */
  byHand: z.literal(true).optional(),
});

export const stageSchema = z.strictObject({
  id: slug,
  title: z.string(),
  wave: z.int().min(1),
  move: z.enum(['join', 'publish', 'shift', 'recycle', 'enforce', 'scope', 'retire']),
  subjects: z.array(z.string()).min(1),
  /** Why a person has to let it begin; absent: nobody has to. */
  approval: z.string().optional(),
  /** Earlier stages without which it cannot be done. Only a failure budget asks: without one, all earlier stages are. */
  needs: z.array(slug).min(1).optional(),
  steps: z.array(stepSchema).min(1),
  gate: gateSchema,
  /** What is measured of the mesh when its gate has passed. */
  measure: measureSchema.optional(),
  blastRadius: z.string(),
  reversible: z.enum(['yes', 'until', 'no']),
  expects: expectsSchema,
});

/** How the joins were laid out in waves, and what that costs: all in request-hours, requests per second times hours. */
const orderSchema = z.strictObject({
  hoursPerWave: z.number(),
  lambda: z.number(),
  waves: z.int().min(0),
  /** Calls with one side in the mesh and one outside, over time. */
  exposure: z.number(),
  /** What it costs that callers join before their callees. */
  callerFirst: z.number(),
  /** exposure + callerFirst + λ × waves: what was minimised. */
  total: z.number(),
  /** Calls whose rate the estate says, and calls whose rate is assumed. */
  rates: z.strictObject({ stated: z.int(), assumed: z.int() }),
  joins: z.array(
    z.strictObject({
      wave: z.int().min(1),
      /** The services that join, those that move together side by side. */
      services: z.array(z.string()).min(1),
      workloads: z.int().min(0),
      /** Requests per second to and from them. */
      requestsPerSecond: z.number(),
      /** Their share of all traffic, half of each call for each of its ends. */
      share: z.number(),
      /** Why these, and why here: a sentence each. */
      why: z.array(z.string()),
    }),
  ),
});

/** A time in which none of these stages begins. What has begun is finished, and the way back is never held. */
const freezeSchema = z.strictObject({
  from: z.iso.datetime({ offset: true }),
  until: z.iso.datetime({ offset: true }),
  reason: z.string(),
  /** Whose stages, as the estate says it; absent: everybody's. */
  services: z.array(z.string()).optional(),
  owners: z.array(z.string()).optional(),
  stages: z.array(slug).min(1),
});

const refusalReasons = ['host-network', 'published-by-container'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export const planSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('MigrationPlan'),
  formatVersion: z.literal(1),
  id: slug,
  /** Over the plan without this field: an edited plan no longer matches. */
  digest,
  estate: z.string(),
  provider: z.string(),
  inputs: z.strictObject({ inventory: digest, estate: digest }),
  /** `files`: nobody looked at what it would change, and apply refuses it. Absent: made from a discovery. */
  basis: z.literal('files').optional(),
  paths: z.array(z.strictObject({ service: z.string(), path: z.string(), why: z.string() })),
  order: orderSchema,
  stages: z.array(stageSchema),
  /** What the mesh will cost. Absent: nothing joins, or nothing is known of the provider. */
  cost: costSchema.optional(),
  /** Absent: the estate freezes none of these stages. */
  freeze: z.array(freezeSchema).min(1).optional(),
  /** How many stages a run may go on without. Absent: none, the first that fails ends it. */
  failureBudget: failureBudgetSchema.optional(),
  /** Moves left for later, with the reason. */
  deferred: z.array(z.strictObject({ subject: z.string(), move: z.string(), code: z.string(), why: z.string() })),
  /** Who stays outside the mesh with the estate's consent, and the port that stays open to plaintext for it. */
  exempt: z.array(
    z.strictObject({
      subject: z.string(),
      service: z.string(),
      port: z.int().optional(),
      reason: z.string(),
      /** Who answers for it. */
      owner: z.string().optional(),
      expires: z.string().optional(),
    }),
  ),
  findings: z.array(
    z.strictObject({
      code: z.string(),
      level: z.enum(['error', 'warning', 'info']),
      subject: z.string(),
      message: z.string(),
      /** Which of the reasons of its code it is, where an assessment has a check for it: MW1310 has many. */
      reason: z.enum(refusalReasons).optional(),
    }),
  ),
  /** True when every service reaches the end of its path with this plan. */
  complete: z.boolean(),
  /** False when an error finding forbids apply. */
  applyable: z.boolean(),
});

export type MigrationPlan = z.infer<typeof planSchema>;
export type PlanFreeze = NonNullable<MigrationPlan['freeze']>[number];
export type PlanOrder = MigrationPlan['order'];
export type Stage = z.infer<typeof stageSchema>;
export type Step = z.infer<typeof stepSchema>;
/** The id of the stage that a step is of. */
export const stageOf = ({ id }: Pick<Step, 'id'>): string => id.split('/')[0] ?? id;

/** The first step of a stage that cannot be undone: from there on rollback over the stage is refused. */
export const commitPointOf = ({ steps }: Pick<Stage, 'steps'>): Step | undefined =>
  steps.find(({ revert }) => revert === 'irreversible');

/** A step before it is sealed: its id and hash come with the stage. */
export type StepDraft = Omit<Step, 'hash' | 'id'>;
/** A stage before it is sealed: what is expected of it follows from the rest. */
export type StageDraft = Omit<Stage, 'steps' | 'expects'> & { steps: StepDraft[] };
export type Expects = z.infer<typeof expectsSchema>;
export type PlanFinding = MigrationPlan['findings'][number];
export type Deferral = MigrationPlan['deferred'][number];
