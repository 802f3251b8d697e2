import { meshError } from '../errors/index.ts';
import type { MigrationPlan, Stage } from './plan.ts';

/** The stage of that id. @throws MW1314 */
export function stageNamed(plan: MigrationPlan, id: string): Stage {
  const stage = plan.stages.find((candidate) => candidate.id === id);
  if (!stage) throw meshError('MW1314', { stage: id, known: plan.stages.map((one) => one.id).join(', ') });
  return stage;
}
