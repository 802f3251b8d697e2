import type { RunState, StepState } from '../journal/run-state.ts';
import type { MigrationPlan, Stage, Step } from '../plans/plan.ts';

/** What stands in a run's way back: it is asked about, or it cannot be undone. */
export type Barrier =
  | { do: 'ask'; step: Step; stage: Stage; direction: 'apply' }
  | { do: 'pause'; code: 'irreversible'; of: string; why: string };

/*
 * A stage's commit point is its first step that cannot be undone. All of this is decided before anything moves: a way
 * back that would end at the commit point is not begun.
 */

/** A step that cannot be undone. */
export const isFinal = ({ revert }: Step): boolean => revert === 'irreversible';

/** The step of a stage that cannot be undone and was begun, whatever became of it. */
export function committedStep(state: RunState, { steps }: Stage): Step | undefined {
  return steps.find((step) => isFinal(step) && begun(state, step) !== undefined);
}

function begun(state: RunState, { id }: Step): StepState | undefined {
  const now = state.steps.get(id);
  return now === undefined || now.status === 'pending' || now.status === 'reverted' ? undefined : now;
}

/**
 * Whether somebody has yet to say that this step may be done. Not when the stage is past its commit point: what is left
 * of it is only finished.
 */
export function needsCommit(state: RunState, stage: Stage, step: Step): boolean {
  if (!isFinal(step) || state.goal?.commit === true) return false;
  const now = begun(state, step);
  const isHalfDone = now?.asked !== undefined && now.asked.seq > now.seq && now.asked.answer !== 'not-done';
  return !isHalfDone && !stage.steps.some((other) => isFinal(other) && state.steps.get(other.id)?.status === 'done');
}

/** What keeps a run from going back over these stages: a step that cannot be undone, or one of which that is not known yet. */
export function barrier(state: RunState, stages: readonly Stage[]): Barrier | undefined {
  for (const stage of stages) {
    for (const step of stage.steps.filter(isFinal)) {
      const now = begun(state, step);
      if (!now) continue;
      const answer = answerSince(state, now);
      if (now.status !== 'done' && answer === undefined) return { do: 'ask', step, stage, direction: 'apply' };
      if (answer !== 'not-done') return { do: 'pause', code: 'irreversible', of: step.id, why: step.reason };
    }
  }
  return undefined;
}

/**
 * The step that bars the way back to the end of a stage, or to the start. Nothing where the target has yet to be asked
 * about it: the way back does that before anything moves.
 */
export function committedAfter(plan: MigrationPlan, state: RunState, to: string | null): Step | undefined {
  const stages = stagesAfter(plan, to);
  const barred = barrier(state, stages);
  if (barred?.do !== 'pause') return undefined;
  return stages.flatMap(({ steps }) => steps).find(({ id }) => id === barred.of);
}

/** What the target has said of a step under the present goal. */
function answerSince({ goal }: RunState, { asked }: StepState): string | undefined {
  return asked !== undefined && asked.seq > (goal?.seq ?? 0) ? asked.answer : undefined;
}

/** The step that a way back to the end of a stage, or to the start, would have to undo and cannot: known from the journal alone. */
export function pastCommitPoint(plan: MigrationPlan, state: RunState, to: string | null): Step | undefined {
  return stagesAfter(plan, to)
    .flatMap(({ steps }) => steps)
    .find((step) => isFinal(step) && state.steps.get(step.id)?.status === 'done');
}

/** All stages after one; null is the start. */
export const stagesAfter = ({ stages }: MigrationPlan, to: string | null): Stage[] =>
  to === null ? stages : stages.slice(stages.findIndex(({ id }) => id === to) + 1);
