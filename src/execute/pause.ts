import { type MeshError, meshError } from '../errors/index.ts';
import type { RunState } from '../journal/run-state.ts';
import { stageNamed } from '../plans/lookup.ts';
import type { MigrationPlan } from '../plans/plan.ts';
import { tallyOf } from './aside.ts';
import { committedAfter, committedStep } from './commit-point.ts';
import type { Decision } from './decision.ts';
import { stageBefore } from './through-gate.ts';

type Pause = Decision & { do: 'pause' };

/** Pauses that leave a way back half done. */
const halfWay = new Set<Pause['code']>(['step-failed', 'no-answer', 'foreign']);

/** The coded reason of a pause, as the operator reads it and as the exit status says it. What was left out is listed below it. */
export function pauseError(pause: Pause, state: RunState, plan: MigrationPlan): MeshError {
  const reason = reasonOf(pause, state, plan);
  return state.goal?.direction === 'back' && halfWay.has(pause.code) ? incomplete(reason, pause.of) : reason;
}

/** Half-way back is worse than a failed step: somebody must look. */
export function incomplete(error: MeshError, step: string): MeshError {
  return meshError(
    'MW1405',
    { count: 1 },
    { cause: error, details: [`${step}: ${error.code} ${error.causeText}`, ...error.details, error.fixText] },
  );
}

function reasonOf(pause: Pause, state: RunState, plan: MigrationPlan): MeshError {
  const { code, of, why } = pause;
  const stage = of.split('/')[0] ?? of;
  const options = { details: leftLines(plan, state) };
  switch (code) {
    case 'step-failed':
      return meshError('MW1401', { step: of, stage, reason: why }, options);
    case 'no-answer':
      return meshError('MW1419', { step: of, reason: why }, options);
    case 'foreign':
      return meshError('MW1407', { object: `what step ${of} makes`, owner: why }, options);
    case 'no-baseline':
      return meshError('MW1617', { stage, reason: why }, options);
    case 'plan-changed': {
      const planned = plan.stages.flatMap(({ steps }) => steps).find(({ id }) => id === of)?.hash ?? 'no such step';
      return meshError('MW1604', { step: of, begun: state.steps.get(of)?.stepHash ?? 'unknown', planned });
    }
    case 'gate-inconclusive':
      return meshError('MW1502', { gate: of, stage, reason: state.lastFailure ?? why }, options);
    case 'gate-error':
      return meshError('MW1503', { gate: of, stage, source: 'its source', reason: state.lastFailure ?? why }, options);
    case 'gate-failed':
      return meshError('MW1501', { gate: of, stage, observed: why, required: 'what the plan says' }, options);
    case 'gate-committed': {
      const named = stageNamed(plan, stage);
      const step = committedStep(state, named) ?? committedAfter(plan, state, stageBefore(plan, named));
      return meshError('MW1410', { gate: of, stage, observed: why, step: step?.id ?? 'of it' }, options);
    }
    case 'incomplete': {
      const count = why.split(', ').length;
      return meshError('MW1414', { count, stages: why }, options);
    }
    default:
      return heldError(code, { of, stage, why }, options);
  }
}

/** What a person, or the calendar, has to say before the run goes on. */
function heldError(
  code: 'commit' | 'freeze' | 'approval' | 'paused' | 'veto' | 'aborted' | 'irreversible',
  { of, stage, why }: { of: string; stage: string; why: string },
  options: { details: string[] },
): MeshError {
  switch (code) {
    case 'commit':
      return meshError('MW1412', { step: of, stage, reason: why }, options);
    case 'freeze':
      return meshError('MW1388', { stage, reason: why }, options);
    case 'approval':
      return meshError('MW1416', { stage, reason: why }, options);
    case 'paused':
      return meshError('MW1417', { step: of, reason: why }, options);
    case 'veto':
      return meshError('MW1418', { step: of, reason: why }, options);
    case 'aborted': {
      const [by = '', ...reason] = why.split(': ');
      return meshError('MW1415', { stage, by, reason: reason.join(': ') }, options);
    }
    case 'irreversible':
      return meshError('MW1406', { step: of, stage, reason: why });
  }
}

/** Stages that were left, each kind in a line of its own; the unvisited are listed whenever there are some. */
export function leftLines(plan: MigrationPlan, state: RunState): string[] {
  const { unvisited, skipped, ...aside } = tallyOf(plan, state);
  const why = (id: string): string => `${id} (${state.aside.get(id)?.why ?? ''})`;
  const lines = [
    ...Object.entries(aside).map(([kind, ids]) => ({ kind, text: ids.map(why).join('; '), count: ids.length })),
    { kind: 'skipped', text: skipped.join(', '), count: skipped.length },
    { kind: 'not begun', text: unvisited.join(', '), count: unvisited.length },
  ];
  return lines.filter(({ count }) => count > 0).map(({ kind, text, count }) => `${kind}: ${count}: ${text}`);
}
