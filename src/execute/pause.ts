import { type MeshError, meshError } from '../errors/index.ts';
import type { RunState } from '../journal/fold.ts';
import { stageNamed } from '../plans/lookup.ts';
import { commitPointOf, type MigrationPlan } from '../plans/plan.ts';
import type { Decision } from './advance.ts';

type Pause = Decision & { do: 'pause' };

/** The coded reason of a pause, as the operator reads it and as the exit status says it. */
export function pauseError(pause: Pause, state: RunState, plan: MigrationPlan): MeshError {
  const { code, of, why } = pause;
  const stage = of.split('/')[0] ?? of;
  switch (code) {
    case 'step-failed':
      return meshError('MW1401', { step: of, stage, reason: why });
    case 'foreign':
      return meshError('MW1407', { object: `what step ${of} makes`, owner: why });
    case 'plan-changed': {
      const planned = plan.stages.flatMap(({ steps }) => steps).find(({ id }) => id === of)?.hash ?? 'no such step';
      return meshError('MW1604', { step: of, begun: state.steps.get(of)?.stepHash ?? 'unknown', planned });
    }
    case 'gate-inconclusive':
      return meshError('MW1502', { gate: of, stage, reason: state.lastFailure ?? why });
    case 'gate-error':
      return meshError('MW1503', { gate: of, stage, source: 'its source', reason: state.lastFailure ?? why });
    case 'gate-failed':
      return meshError('MW1501', { gate: of, stage, observed: why, required: 'what the plan says' });
    case 'gate-committed': {
      const step = stageNamed(plan, stage);
      return meshError('MW1410', { gate: of, stage, observed: why, step: commitPointOf(step)?.id ?? 'of it' });
    }
    case 'commit':
      return meshError('MW1412', { step: of, stage, reason: why });
    case 'freeze':
      return meshError('MW1388', { stage, reason: why });
    case 'irreversible':
      return meshError('MW1406', { step: of, stage, reason: why });
  }
}
