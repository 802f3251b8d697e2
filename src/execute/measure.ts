import type { RunState } from '../journal/run-state.ts';
import type { MigrationPlan, Stage } from '../plans/plan.ts';
import { stagesAfter } from './commit-point.ts';
import type { Decision } from './decision.ts';
import { hasBegun } from './holds.ts';

/**
 * What a stage that is done lets be measured; nothing when it has been, whatever came of it: no run waits for a measurement.
 * Nor when a later stage has begun, as in a run that was adopted: what is there by then is no longer the first wave.
 */
export function toMeasure(plan: MigrationPlan, state: RunState, stage: Stage): Decision | undefined {
  if (!stage.measure || state.measured.has(stage.id)) return undefined;
  return stagesAfter(plan, stage.id).some((later) => hasBegun(state, later)) ? undefined : { do: 'measure', stage };
}
