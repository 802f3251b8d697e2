import type { AsideKind } from '../journal/entry.ts';
import type { RunState, StepState } from '../journal/run-state.ts';
import type { MigrationPlan, Stage, Step } from '../plans/plan.ts';
import { atBeginning } from './baseline.ts';
import { kindOfFailure, leftOut, maySetAside } from './aside.ts';
import { barrier, isFinal, needsCommit, stagesAfter } from './commit-point.ts';
import type { Decision } from './decision.ts';
import { asPeopleSay, heldBack, orWait } from './holds.ts';
import { toMeasure } from './measure.ts';
import { throughGate } from './through-gate.ts';

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
  if (direction === 'back') return [back(plan, state, to)];
  return [orWait(plan, state, asPeopleSay(plan, state, forward(plan, state, to, nowMs)), nowMs)];
}

function changedStep(plan: MigrationPlan, state: RunState): string | undefined {
  const hashes = new Map(plan.stages.flatMap(({ steps }) => steps.map(({ id, hash }) => [id, hash])));
  return [...state.steps].find(([id, { stepHash }]) => hashes.get(id) !== stepHash)?.[0];
}

/** The first thing of the first unfinished stage up to the goal. What was set aside goes back, and what needs it is skipped. */
function forward(plan: MigrationPlan, state: RunState, to: string | null, nowMs: number): Decision {
  const last = to === null ? plan.stages.length - 1 : plan.stages.findIndex(({ id }) => id === to);
  const left = leftOut(plan, state.aside);
  for (const stage of plan.stages.slice(0, last + 1)) {
    const next = left.has(stage.id) ? backAside(plan, state, stage) : throughStage(plan, state, stage, nowMs);
    if (next) return next;
  }
  if (left.size === 0) return { do: 'finish', goal: to === null || isLast(plan, to) ? 'end' : to };
  return { do: 'pause', code: 'incomplete', of: [...left][0] ?? '', why: [...left].join(', ') };
}

/** Through the last stage is the end, however it was called. */
const isLast = ({ stages }: MigrationPlan, stage: string): boolean => stages.at(-1)?.id === stage;

/** Nothing when the stage is done. */
function throughStage(plan: MigrationPlan, state: RunState, stage: Stage, nowMs: number): Decision | undefined {
  const held = heldBack(plan, state, stage, nowMs);
  if (held) return held;
  const look = atBeginning(state, stage, nowMs);
  if (look) return orAside(plan, state, stage, look);
  for (const step of stage.steps) {
    const next = stepForward(plan, state, stage, step);
    if (next) return next;
    const { id: of, gate } = step;
    const gated = gate && throughGate({ plan, state, stage, of, gate }, nowMs);
    if (gated) return gated;
  }
  return throughGate({ plan, state, stage, of: stage.id, gate: stage.gate }, nowMs) ?? toMeasure(plan, state, stage);
}

/** Nothing when the step is done. */
function stepForward(plan: MigrationPlan, state: RunState, stage: Stage, step: Step): Decision | undefined {
  const now = state.steps.get(step.id);
  if (now?.status === 'done') return undefined;
  const next: Decision =
    !now || now.status === 'reverted' || now.direction === 'revert'
      ? { do: 'step', step, stage, direction: 'apply', attempt: 1 }
      : again(state, stage, step, now);
  const isHeld = next.do === 'step' && needsCommit(state, stage, step);
  return isHeld ? { do: 'pause', code: 'commit', of: step.id, why: step.reason } : orAside(plan, state, stage, next);
}

/** A step that was begun in this direction: failed, or nobody knows. */
function again(state: RunState, stage: Stage, step: Step, now: StepState): Decision {
  const { direction, attempt, asked, error } = now;
  const since = state.goal?.seq ?? 0;
  if (now.status === 'failed') {
    if (now.seq > since) return { do: 'pause', code: 'step-failed', of: step.id, why: error?.message ?? 'it failed' };
    return { do: 'step', step, stage, direction, attempt: attempt + 1 };
  }
  // What was said before the operator came back may have been put right since.
  if (!asked || asked.seq < since) return { do: 'ask', step, stage, direction };
  const why = asked.who ?? 'somebody else';
  if (asked.answer === 'foreign' || asked.answer === 'no-answer')
    return { do: 'pause', code: asked.answer, of: step.id, why };
  // Done, not done or partial: operations are idempotent, and the checks have yet to be seen.
  return { do: 'step', step, stage, direction, attempt: attempt + 1 };
}

/** What cannot be done, or told, is left to others where the failure budget lets it, unless it cannot be undone. */
function orAside(plan: MigrationPlan, state: RunState, stage: Stage, next: Decision): Decision {
  if (next.do !== 'pause' || stage.steps.some((step) => isFinal(step) && state.steps.has(step.id))) return next;
  const kind = kindOfPause(state, next);
  if (kind === undefined) return next;
  return maySetAside(plan, state, stage, kind) ? { do: 'set-aside', stage, kind, why: next.why } : next;
}

/** Nothing for a pause that another stage would come to as well. */
function kindOfPause({ steps }: RunState, { code, of }: Decision & { do: 'pause' }): AsideKind | undefined {
  if (code === 'no-answer') return 'unknown';
  if (code === 'no-baseline') return 'unreachable';
  return code === 'step-failed' ? kindOfFailure(steps.get(of)?.error?.code) : undefined;
}

/** What stands of a stage that was set aside goes back. Where nobody answers that cannot be, and it is left as unknown. */
function backAside(plan: MigrationPlan, state: RunState, stage: Stage): Decision | undefined {
  if (state.aside.get(stage.id)?.kind === 'unknown') return undefined;
  for (const step of stage.steps.toReversed()) {
    const next = stepBack(state, stage, step);
    if (!next) continue;
    const isLost = next.do === 'pause' && next.code !== 'foreign' && maySetAside(plan, state, stage, 'unknown');
    return isLost ? { do: 'set-aside', stage, kind: 'unknown', why: next.why } : next;
  }
  return undefined;
}

/** The last thing that still stands after the stage that is to stay. */
function back(plan: MigrationPlan, state: RunState, to: string | null): Decision {
  const stages = stagesAfter(plan, to);
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
