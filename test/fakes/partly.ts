import type { MigrationPlan } from '../../src/plans/plan.ts';

/** A plan whose shifts stop at a rung; planning makes none, for a ladder ends at 100. */
export function shiftedTo(plan: MigrationPlan, weight: number): MigrationPlan {
  const stages = plan.stages.map((stage) => {
    const last = stage.steps.findIndex(({ action }) => action === `weight-${weight}`);
    return last === -1 ? stage : { ...stage, steps: stage.steps.slice(0, last + 1) };
  });
  return { ...plan, stages };
}
