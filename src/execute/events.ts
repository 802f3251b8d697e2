import { z } from 'zod';
import { asideKinds } from '../journal/entry.ts';
import type { GateOutcome, Verdict } from '../plans/gate.ts';
import { measureSchema, proxyCostSchema } from '../plans/measure.ts';
import type { PauseCode } from './decision.ts';

const direction = z.enum(['apply', 'revert']);
const inStage = { stage: z.string(), step: z.string(), direction };
const said = z.strictObject({ by: z.string(), why: z.string() });
const outcome = z.enum(['pass', 'fail', 'inconclusive', 'error']) satisfies z.ZodType<GateOutcome>;

// Their fields are those of the plan's and of `advance`; what reads the lines is to take new ones too.
const verdicts = z.array(z.record(z.string(), z.unknown())) as unknown as z.ZodType<Verdict[]>;
const pauseCode = z.string() as unknown as z.ZodType<PauseCode>;

/**
 * What a run tells whoever watches it: the progress display is made from these alone, and `--output jsonl` prints them, one
 * line each, with the time.
 */
export const runEventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('run.opened'), run: z.string(), plan: z.string(), resumed: z.boolean() }),
  z.strictObject({ event: z.literal('step.asked'), step: z.string(), answer: z.string() }),
  z.strictObject({ event: z.literal('step.started'), ...inStage, attempt: z.int(), interruption: z.string() }),
  /** The step has something for a person to do; it is waited for a short while, then the run pauses. */
  z.strictObject({ event: z.literal('step.manual'), step: z.string(), instruction: z.string() }),
  z.strictObject({ event: z.literal('step.done'), ...inStage, observed: z.array(z.string()) }),
  z.strictObject({ event: z.literal('step.failed'), ...inStage, code: z.string(), message: z.string() }),
  /** What went on before a stage was looked at; `lack`: what could not be seen, which is asked again. */
  z.strictObject({
    event: z.literal('stage.baseline'),
    stage: z.string(),
    edges: z.int(),
    names: z.int(),
    lack: z.string().optional(),
  }),
  /** What the mesh costs by now, proxy by proxy, and what the plan has of it. */
  z.strictObject({
    event: z.literal('stage.measured'),
    stage: z.string(),
    proxies: z.array(proxyCostSchema),
    predicted: measureSchema.shape.predicted,
  }),
  z.strictObject({ event: z.literal('gate.baking'), of: z.string() }),
  z.strictObject({
    event: z.literal('gate.asked'),
    of: z.string(),
    outcome,
    verdicts: verdicts,
    /** A look that only tells whether it fails, while it bakes or after it has passed. */
    phase: z.enum(['bake', 'watch']).optional(),
  }),
  z.strictObject({
    event: z.literal('waiting'),
    of: z.string(),
    /** Milliseconds since the epoch. */
    untilMs: z.number(),
    /** What is waited for, where the run would have ended without `--wait`. */
    held: pauseCode.optional(),
    why: z.string().optional(),
  }),
  z.strictObject({ event: z.literal('retreat'), of: z.string(), to: z.string().nullable(), abort: said.optional() }),
  z.strictObject({
    event: z.literal('stage.set-aside'),
    stage: z.string(),
    kind: z.enum(asideKinds),
    why: z.string(),
  }),
  /** Somebody said something to the run. */
  z.strictObject({
    event: z.literal('said'),
    action: z.enum(['approve', 'pause', 'resume', 'abort']),
    by: z.string(),
    stage: z.string().optional(),
    why: z.string().optional(),
  }),
  /** A veto began, or ended (`null`). */
  z.strictObject({ event: z.literal('veto'), why: z.string().nullable() }),
  z.strictObject({ event: z.literal('run.finished'), run: z.string(), goal: z.string() }),
]);

/** An event as `--output jsonl` prints it, with the time. */
export const eventLineSchema = z.union(
  runEventSchema.options.map((one) => z.strictObject({ at: z.iso.datetime(), ...one.shape })),
);

export type RunEvent = z.infer<typeof runEventSchema>;

export type Watch = (event: RunEvent) => void;
