import type { MigrationPlan } from '../../plans/plan.ts';

export const FREEZE_HEADER = ['From', 'Until', 'Why', 'Stages'];

/** The times in which the estate lets stages of a plan not begin, unescaped. */
export function freezeRows({ freeze = [] }: MigrationPlan): string[][] {
  return freeze.map(({ from, until, reason, stages }) => [from, until, reason, stages.join(', ')]);
}
