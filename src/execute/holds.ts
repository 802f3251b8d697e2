import { approvalKey, type RunState } from '../journal/run-state.ts';
import { holdOn } from '../plans/freeze.ts';
import { type MigrationPlan, type Stage, stageOf } from '../plans/plan.ts';
import { committedAfter } from './commit-point.ts';
import type { Decision } from './decision.ts';
import { lookEveryMs, stageBefore, watchOf } from './through-gate.ts';

type Pause = Decision & { do: 'pause' };

/** Why a stage of which no step stands may not begin: a freeze, or a person's word that is missing. What has begun is finished. */
export function heldBack(plan: MigrationPlan, state: RunState, stage: Stage, nowMs: number): Pause | undefined {
  if (hasBegun(state, stage)) return undefined;
  const { id, approval } = stage;
  const freeze = holdOn(plan.freeze, id, nowMs);
  if (freeze) return { do: 'pause', code: 'freeze', of: id, why: `${freeze.reason}, until ${freeze.until}` };
  if (approval === undefined || state.approvals.has(approvalKey(id, plan.digest))) return undefined;
  return { do: 'pause', code: 'approval', of: id, why: approval };
}

/** Whether any step of a stage stands, or may. */
export const hasBegun = (state: RunState, { steps }: Stage): boolean => steps.some(({ id }) => stands(state, id));

const stands = ({ steps }: RunState, step: string): boolean =>
  !['pending', 'reverted'].includes(steps.get(step)?.status ?? 'pending');

/**
 * What people make of the next decision on the way forward. An abort takes the stage under way back. A veto and a pause
 * let nothing begin; gates are watched all the same, and what they decide counts.
 */
export function asPeopleSay(plan: MigrationPlan, state: RunState, next: Decision): Decision {
  if (next.do === 'retreat' || next.do === 'finish') return next;
  if (state.aborted) return abortOf(plan, state, state.aborted);
  // What was set aside goes back on the way forward: nothing holds that.
  if (next.do !== 'baseline' && (next.do !== 'step' || next.direction === 'revert')) return next;
  const of = next.do === 'step' ? next.step.id : next.stage.id;
  if (state.veto !== null) return { do: 'pause', code: 'veto', of, why: state.veto };
  const { paused } = state;
  if (paused) return { do: 'pause', code: 'paused', of, why: `${paused.by}: ${paused.why}` };
  return next;
}

/** Back to the end of the last stage that is whole. What can only be finished is not begun to go back: the run ends there. */
function abortOf(plan: MigrationPlan, state: RunState, abort: { by: string; why: string }): Decision {
  const begun = plan.stages.filter((stage) => hasBegun(state, stage));
  // What was set aside because nobody can tell how far it got is not under way: the run went on without it.
  const underWay = begun.find(
    ({ id }) => state.gates.get(id)?.outcome !== 'pass' && state.aside.get(id)?.kind !== 'unknown',
  );
  const last = begun.at(-1);
  const to = underWay ? stageBefore(plan, underWay) : (last?.id ?? null);
  const committed = committedAfter(plan, state, to);
  if (committed) return { do: 'pause', code: 'irreversible', of: committed.id, why: committed.reason };
  return { do: 'retreat', of: underWay?.id ?? last?.id ?? 'start', to, abort };
}

const waitable = new Set<Pause['code']>(['freeze', 'approval', 'paused', 'veto']);

/** A run that was told to wait watches what it has done, instead of ending, until that time. */
export function orWait(plan: MigrationPlan, state: RunState, next: Decision, nowMs: number): Decision {
  const until = state.goal?.holdUntil;
  if (next.do !== 'pause' || !waitable.has(next.code) || until === undefined || nowMs >= until) return next;
  const held = { of: next.of, held: next.code, why: next.why };
  const look = nextLook(plan, state);
  if (!look) return { do: 'wait', untilMs: until, ...held };
  return nowMs >= look.atMs ? look.decision : { do: 'wait', untilMs: Math.min(look.atMs, until), ...held };
}

/** When the gate that passed last is due for a look, and the look; nothing where none has a part that may be watched. */
export function nextLook(
  plan: MigrationPlan,
  state: RunState,
): { atMs: number; decision: Decision & { do: 'gate' } } | undefined {
  const passed = [...state.gates].filter(([, { outcome }]) => outcome === 'pass');
  const last = passed.toSorted(([, a], [, b]) => b.seq - a.seq)[0];
  const stage = last && plan.stages.find(({ id }) => id === stageOf({ id: last[0] }));
  if (!last || !stage) return undefined;
  const [of, { lastLookAt, bakingSince }] = last;
  const gate = of === stage.id ? stage.gate : stage.steps.find(({ id }) => id === of)?.gate;
  const watch = gate && watchOf(gate);
  return (
    watch && {
      atMs: (lastLookAt ?? bakingSince) + lookEveryMs(watch),
      decision: { do: 'gate', of, gate: watch, stage, phase: 'watch' },
    }
  );
}
