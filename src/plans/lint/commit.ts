import { meshError } from '../../errors/index.ts';
import { commitPointOf } from '../plan.ts';
import { hit, type LintRule } from './rule.ts';

/** Rules about what cannot be undone. */
export const commitRules: readonly LintRule[] = [
  {
    code: 'MW1804',
    level: 'error',
    why: 'nobody approves what they were not told of: apply asks before a commit point, and its reader must know where that is',
    find: ({ plan: { stages } }) =>
      stages.flatMap((stage) => {
        const step = commitPointOf(stage);
        if (!step || stage.reversible !== 'yes') return [];
        return [hit(step.id, meshError('MW1804', { stage: stage.id, said: stage.reversible, step: step.id }))];
      }),
  },
  {
    code: 'MW1805',
    level: 'error',
    why: 'rollback over a commit point is refused, so what comes after one cannot go back to the start',
    find: ({ plan: { stages } }) => {
      const inStages = stages.flatMap((stage) => {
        const point = commitPointOf(stage);
        const later = point ? stage.steps.slice(stage.steps.indexOf(point)) : [];
        return later
          .filter(({ revert }) => revert !== 'irreversible')
          .map(({ id }) => hit(id, meshError('MW1805', { later: `step ${id}`, step: point?.id ?? '' })));
      });
      const first = stages.findIndex((stage) => commitPointOf(stage));
      const stray = first === -1 ? [] : stages.slice(first + 1).filter(({ move }) => move !== 'retire');
      const step = commitPointOf(stages[first] ?? { steps: [] })?.id ?? '';
      return [...inStages, ...stray.map(({ id }) => hit(id, meshError('MW1805', { later: `stage ${id}`, step })))];
    },
  },
];
