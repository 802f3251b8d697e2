import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Plans as pages and pictures. */
export const planReportErrors = defineErrors({
  MW1840: {
    title: 'A picture of the estate needs an inventory',
    cause: 'The estate after wave {wave} was asked for, and a plan alone does not say who calls whom.',
    fix: 'Name the inventory that the plan was made from with `-i`; without `--wave` the picture is the timeline of waves.',
    exit: ExitCode.usage,
  },
  MW1841: {
    title: 'The inventory is not the one of the plan',
    cause:
      'The plan was made from an inventory with digest {planned}, and {file} has {found}: its pictures would show another estate.',
    fix: 'Name the inventory that the plan was made from, or plan again from this one.',
    exit: ExitCode.planStale,
  },
  MW1842: {
    title: 'The plan has no such wave',
    cause: 'Wave {wave} was asked for, and the plan has {waves}.',
    fix: 'Name one of its waves, or 0 for the estate before the first.',
    exit: ExitCode.usage,
  },
});
