import type { FailureBudget } from '../../estate/people-policy.ts';
import type { MigrationPlan } from '../../plans/plan.ts';

export const APPROVAL_HEADER = ['Stage', 'Why'];

/** The stages of a plan that wait for a person's word, unescaped. */
export function approvalRows({ stages }: MigrationPlan): string[][] {
  return stages.flatMap(({ id, approval }) => (approval === undefined ? [] : [[id, approval]]));
}

/** How many stages a run may go on without, in one wave and in all. */
export function budgetRows(budget: FailureBudget): string[][] {
  const counts = (of: FailureBudget['run']): string =>
    Object.entries(of)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ');
  return [
    ['in one wave', counts(budget.wave)],
    ['in all', counts(budget.run)],
  ];
}
