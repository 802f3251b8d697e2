import type { RunState, StepState } from '../journal/fold.ts';
import type { Gate } from '../plans/gate.ts';
import { holdOn } from '../plans/freeze.ts';
import type { MigrationPlan, Stage, Step } from '../plans/plan.ts';
import { barrier, committedStep, needsCommit } from './commit-point.ts';

/** What to do next. `advance` decides, the executor does, the journal remembers. */
export type Decision =
  /** Ask the target how far an interrupted step got. */
  | { do: 'ask'; step: Step; stage: Stage; direction: 'apply' | 'revert' }
  | { do: 'step'; step: Step; stage: Stage; direction: 'apply' | 'revert'; attempt: number }
  /** Begin to watch: the bake counts from here. */
  | { do: 'bake'; of: string }
  | { do: 'wait'; untilMs: number; of: string }
  | { do: 'gate'; of: string; gate: Gate; stage: Stage }
  /** The gate failed: its stage goes back, traffic first. */
  | { do: 'retreat'; of: string; to: string | null }
  | { do: 'pause'; code: PauseCode; of: string; why: string }
  | { do: 'finish'; goal: string };

export type PauseCode =
  | 'step-failed'
  | 'foreign'
  | 'plan-changed'
  | 'gate-inconclusive'
  | 'gate-error'
  | 'gate-failed'
  /** A gate failed, and its stage cannot go back. */
  | 'gate-committed'
  /** The next step cannot be undone, and nobody has said that it may be done. */
  | 'commit'
  /** The estate lets no stage of these services begin now. */
  | 'freeze'
  | 'irreversible';

/** How long an inconclusive gate rests before it is asked again. */
const ASK_AGAIN_MS = 2_000;

/**
 * Every decision of a run, and no effect: the plan, what the journal says, and the time go in; what to do next comes out.
 * One decision at a time: a later version may return several that do not depend on each other.
 */
export function advance(plan: MigrationPlan, state: RunState, nowMs: number): Decision[] {
  if (!state.goal) return [];
  const changed = changedStep(plan, state);
  if (changed)
    return [
      { do: 'pause', code: 'plan-changed', of: changed, why: 'the plan has another hash for a step that was begun' },
    ];
  const { direction, to } = state.goal;
  return [direction === 'forward' ? forward(plan, state, to, nowMs) : back(plan, state, to)];
}

function changedStep(plan: MigrationPlan, state: RunState): string | undefined {
  const hashes = new Map(plan.stages.flatMap(({ steps }) => steps.map(({ id, hash }) => [id, hash])));
  return [...state.steps].find(([id, { stepHash }]) => hashes.get(id) !== stepHash)?.[0];
}

/** The first thing of the first unfinished stage up to the goal. */
function forward(plan: MigrationPlan, state: RunState, to: string | null, nowMs: number): Decision {
  const last = to === null ? plan.stages.length - 1 : plan.stages.findIndex(({ id }) => id === to);
  for (const stage of plan.stages.slice(0, last + 1)) {
    const frozen = heldBack(plan, state, stage, nowMs);
    if (frozen) return frozen;
    for (const step of stage.steps) {
      const next =
        stepForward(state, stage, step) ?? (step.gate && throughGate(plan, state, stage, step.id, step.gate, nowMs));
      if (next) return next;
    }
    const next = throughGate(plan, state, stage, stage.id, stage.gate, nowMs);
    if (next) return next;
  }
  return { do: 'finish', goal: to ?? 'end' };
}

/** A stage of which no step stands has yet to begin, and does not in a freeze. One that has begun is finished. */
function heldBack(
  { freeze }: MigrationPlan,
  state: RunState,
  { id, steps }: Stage,
  nowMs: number,
): Decision | undefined {
  const stands = ({ id: step }: Step): boolean =>
    !['pending', 'reverted'].includes(state.steps.get(step)?.status ?? 'pending');
  const hold = steps.some(stands) ? undefined : holdOn(freeze, id, nowMs);
  return hold && { do: 'pause', code: 'freeze', of: id, why: `${hold.reason}, until ${hold.until}` };
}

/** Nothing when the step is done. */
function stepForward(state: RunState, stage: Stage, step: Step): Decision | undefined {
  const now = state.steps.get(step.id);
  if (now?.status === 'done') return undefined;
  const next: Decision =
    !now || now.status === 'reverted' || now.direction === 'revert'
      ? { do: 'step', step, stage, direction: 'apply', attempt: 1 }
      : again(state, stage, step, now);
  const isHeld = next.do === 'step' && needsCommit(state, stage, step);
  return isHeld ? { do: 'pause', code: 'commit', of: step.id, why: step.reason } : next;
}

/** A step that was begun in this direction: failed, or nobody knows. */
function again(state: RunState, stage: Stage, step: Step, now: StepState): Decision {
  const { direction, attempt, asked, error } = now;
  const isStale = now.seq < (state.goal?.seq ?? 0);
  if (now.status === 'failed') {
    if (!isStale) return { do: 'pause', code: 'step-failed', of: step.id, why: error?.message ?? 'it failed' };
    return { do: 'step', step, stage, direction, attempt: attempt + 1 };
  }
  // What was said before the operator came back may have been put right since.
  if (!asked || asked.seq < (state.goal?.seq ?? 0)) return { do: 'ask', step, stage, direction };
  if (asked.answer === 'foreign')
    return { do: 'pause', code: 'foreign', of: step.id, why: asked.who ?? 'somebody else' };
  // Done, not done or partial: operations are idempotent, and the checks have yet to be seen.
  return { do: 'step', step, stage, direction, attempt: attempt + 1 };
}

/** Nothing when the gate has passed. */
function throughGate(
  plan: MigrationPlan,
  state: RunState,
  stage: Stage,
  of: string,
  gate: Gate,
  nowMs: number,
): Decision | undefined {
  const now = state.gates.get(of);
  if (now?.outcome === 'pass') return undefined;
  if (!now) return { do: 'bake', of };
  const bakedAt = now.bakingSince + gate.bakeMs;
  if (nowMs < bakedAt) return { do: 'wait', untilMs: bakedAt, of };
  if (now.outcome === 'fail') {
    const committed = committedStep(state, stage);
    if (committed) return { do: 'pause', code: 'gate-committed', of, why: state.lastFailure ?? 'a gate failed' };
    return { do: 'retreat', of, to: stageBefore(plan, stage) };
  }
  if (now.outcome === undefined) return { do: 'gate', of, gate, stage };
  return undecided(
    now.outcome,
    now.firstAskedAt ?? nowMs,
    now.lastAskedAt ?? nowMs,
    { do: 'gate', of, gate, stage },
    nowMs,
  );
}

/** No data never passes: it is asked again until its time is up, and then the run pauses. */
function undecided(
  outcome: 'inconclusive' | 'error',
  first: number,
  last: number,
  ask: Decision & { do: 'gate' },
  nowMs: number,
): Decision {
  if (last - first >= ask.gate.timeoutMs) {
    const code = outcome === 'error' ? 'gate-error' : 'gate-inconclusive';
    return { do: 'pause', code, of: ask.of, why: `no decision within ${ask.gate.timeoutMs / 1000} s` };
  }
  return nowMs < last + ASK_AGAIN_MS ? { do: 'wait', untilMs: last + ASK_AGAIN_MS, of: ask.of } : ask;
}

function stageBefore(plan: MigrationPlan, stage: Stage): string | null {
  return plan.stages[plan.stages.findIndex(({ id }) => id === stage.id) - 1]?.id ?? null;
}

/** The last thing that still stands after the stage that is to stay. */
function back(plan: MigrationPlan, state: RunState, to: string | null): Decision {
  const first = to === null ? 0 : plan.stages.findIndex(({ id }) => id === to) + 1;
  const stages = plan.stages.slice(first);
  const barred = barrier(state, stages);
  if (barred) return barred;
  for (const { stage, step } of wayBack(stages)) {
    const next = stepBack(state, stage, step);
    if (next) return next;
  }
  return { do: 'finish', goal: to === null ? 'start' : `back to ${to}` };
}

/**
 * The opposite order of the plan, but that traffic waits for nobody: what a person has to undo comes after all that
 * moves it back, and before the first that leaves the mesh, since who has left follows what that person did.
 */
function wayBack(stages: readonly Stage[]): { stage: Stage; step: Step }[] {
  const all = stages.toReversed().flatMap((stage) => stage.steps.toReversed().map((step) => ({ stage, step })));
  const firstLeave = all.findIndex(({ stage }) => stage.move === 'join');
  const inMesh = all.slice(0, firstLeave === -1 ? all.length : firstLeave);
  const isByHand = ({ step }: { step: Step }): boolean => step.apply.every(({ op }) => op === 'manual');
  return [...inMesh.filter((one) => !isByHand(one)), ...inMesh.filter(isByHand), ...all.slice(inMesh.length)];
}

/** Nothing when the step never began, or has gone back. What was begun goes back whole, however far it got. */
function stepBack(state: RunState, stage: Stage, step: Step): Decision | undefined {
  const now = state.steps.get(step.id);
  if (!now || now.status === 'reverted') return undefined;
  // It was begun, and the target has said that it changed nothing.
  if (step.revert === 'irreversible') return undefined;
  if (now.direction === 'revert') return again(state, stage, step, now);
  return { do: 'step', step, stage, direction: 'revert', attempt: 1 };
}
