import { z } from 'zod';
import { proxyCostSchema } from '../plans/measure.ts';

/**
 * One line of a run's journal. The order on disk is intent, fdatasync, act, observe, result, fdatasync:
 * an intent without a result means that nobody knows, and the target is asked.
 */
const base = {
  /** 1, 2, 3 … without a gap. */
  seq: z.int().min(1),
  at: z.iso.datetime(),
  run: z.string(),
  /** Grows with every holder of the run. */
  token: z.int().min(1),
  /** SHA-256 of the previous line's bytes without its newline; all zeros for the first. */
  prevHash: z.string().regex(/^[0-9a-f]{64}$/),
  /** SHA-256 of this line as it is without this field: so the last line is proved too. Absent in lines of format 1. */
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
};
const stepOf = {
  step: z.string(),
  stepHash: z.string(),
  direction: z.enum(['apply', 'revert']),
  attempt: z.int().min(1),
};

/** The request that an entry answers: it is taken once, whatever dies between the two. */
const asked = { request: z.string().optional() };

/** Why a stage was set aside. `unknown`: nobody can tell how far it got. */
export const asideKinds = ['failed', 'unreachable', 'unknown'] as const;
export type AsideKind = (typeof asideKinds)[number];

const adopted = z.strictObject({
  /** Steps that were done, and those of which the target has to tell. */
  done: z.array(z.strictObject({ step: z.string(), stepHash: z.string() })),
  unknown: z.array(z.strictObject({ step: z.string(), stepHash: z.string() })),
  /** Stages, or steps that are rungs, whose gate had passed. */
  gates: z.array(z.string()),
});

/** One call over the window before the stage: how often in each half of it, and how often in vain in all of it. */
const edgeBefore = z.strictObject({
  subject: z.string(),
  earlier: z.number(),
  later: z.number(),
  failed: z.number(),
  refused: z.number(),
});

/** What a host was told for a name. */
const nameBefore = z.strictObject({ host: z.string(), hostname: z.string(), addresses: z.array(z.string()) });

export const entrySchema = z.discriminatedUnion('type', [
  z.strictObject({
    ...base,
    type: z.literal('intent'),
    ...stepOf,
    /** Where the pre-images are kept, with the target. */ before: z.array(z.string()),
  }),
  z.strictObject({
    ...base,
    type: z.literal('result'),
    ...stepOf,
    outcome: z.enum(['done', 'failed']),
    after: z.array(z.string()),
    error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  }),
  z.strictObject({
    ...base,
    type: z.literal('gate'),
    /** The stage, or the step when it is one rung of a ladder. */
    of: z.string(),
    outcome: z.enum(['pass', 'fail', 'inconclusive', 'error']),
    /** A look while it baked, or at a gate that had passed while the run waited: it can only fail. Absent: one that decides. */
    phase: z.enum(['bake', 'watch']).optional(),
    verdicts: z.array(z.record(z.string(), z.unknown())),
  }),
  /** Somebody lets a stage begin: of this plan, as it was reviewed. */
  z.strictObject({
    ...base,
    type: z.literal('approval'),
    stage: z.string(),
    planDigest: z.string(),
    by: z.string(),
    ...asked,
  }),
  z.strictObject({
    ...base,
    type: z.literal('note'),
    note: z.discriminatedUnion('about', [
      /** The first entry of every run. */
      z.strictObject({
        about: z.literal('opened'),
        /** 2: every line has a `hash`. */
        format: z.union([z.literal(1), z.literal(2)]),
        plan: z.string(),
        planDigest: z.string(),
        estate: z.string(),
        tool: z.string(),
        /** What the estate showed of a run whose journal was lost, when it was adopted; absent where it began. */
        adopted: adopted.optional(),
      }),
      /** A new holder took the run over. */
      z.strictObject({ about: z.literal('holder'), pid: z.int(), host: z.string() }),
      /** Where the operator wants the run to go: through `to` and no further, or back to before `to`; null is the end or the start. */
      z.strictObject({
        about: z.literal('goal'),
        direction: z.enum(['forward', 'back']),
        to: z.string().nullable(),
        /** The gate whose failure sends the run back; absent when the operator does. */
        because: z.string().optional(),
        /** The operator said that steps which cannot be undone may be done. */
        commit: z.literal(true).optional(),
        /** Who ended it, and why: the stage under way goes back. */
        abort: z.strictObject({ by: z.string(), why: z.string() }).optional(),
        /** Until when the run waits, and watches, instead of ending where it needs a person, data or time. */
        holdUntil: z.iso.datetime().optional(),
      }),
      /** What an operator said to the run from outside of it. */
      z.strictObject({
        about: z.literal('control'),
        action: z.enum(['pause', 'resume', 'abort']),
        by: z.string(),
        why: z.string(),
        ...asked,
      }),
      /** A veto began, with its reason, or ended. */
      z.strictObject({ about: z.literal('veto'), why: z.string().nullable() }),
      /** A stage could not be done, and the failure budget lets the run go on without it and all that needs it. */
      z.strictObject({
        about: z.literal('set-aside'),
        stage: z.string(),
        kind: z.enum(asideKinds),
        why: z.string(),
      }),
      /** What was seen before a stage's first step of all that its gate is to see again; `lack`: what could not be asked. */
      z.strictObject({
        about: z.literal('baseline'),
        stage: z.string(),
        edges: z.array(edgeBefore),
        names: z.array(nameBefore),
        lack: z.string().optional(),
      }),
      /** What the mesh cost when a stage was done; null was not measured, and `lack` says why. */
      z.strictObject({ about: z.literal('measured'), stage: z.string(), proxies: z.array(proxyCostSchema) }),
      /** When the last step before a gate was done: its bake is counted from here. */
      z.strictObject({ about: z.literal('baking'), of: z.string() }),
      /** What the target said of a step whose intent has no result. */
      z.strictObject({
        about: z.literal('asked'),
        step: z.string(),
        answer: z.enum(['done', 'not-done', 'partial', 'foreign', 'no-answer']),
        /** Whose doing is in the way, or why there is no answer. */
        who: z.string().optional(),
      }),
      /** A joined host is about to get new credentials, outside of any step: no step changes by it. */
      z.strictObject({
        about: z.literal('renewing'),
        host: z.string(),
        /** Whether its proxy, which is not ready or may be cut, is restarted as well. */
        restart: z.boolean(),
        why: z.string(),
      }),
      /** How that ended. Without it nobody knows, and the next renewal looks at the host. */
      z.strictObject({
        about: z.literal('renewed'),
        host: z.string(),
        outcome: z.enum(['done', 'failed']),
        after: z.array(z.string()),
        error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
      }),
      z.strictObject({ about: z.literal('paused'), code: z.string(), why: z.string() }),
      z.strictObject({ about: z.literal('interrupted'), signal: z.string() }),
      z.strictObject({ about: z.literal('finished'), goal: z.string() }),
    ]),
  }),
]);

/** What a run that was adopted had done before, as far as its estate shows. */
export type Adopted = z.infer<typeof adopted>;
export type EdgeBefore = z.infer<typeof edgeBefore>;
export type NameBefore = z.infer<typeof nameBefore>;
export type Entry = z.infer<typeof entrySchema>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** What a writer supplies; the journal adds the rest. */
export type EntryBody = DistributiveOmit<Entry, 'seq' | 'at' | 'run' | 'token' | 'prevHash' | 'hash'>;
