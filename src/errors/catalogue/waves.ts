import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** The order of joins, and plans that rest on assumptions. */
export const waveErrors = defineErrors({
  MW1345: {
    title: 'A plan from files rests on an assumption',
    cause: 'Assumed, for no file says it: {assumption}.',
    fix: 'Read the plan as a draft; run `mesh discover` and plan again before anything is applied.',
    exit: ExitCode.done,
  },
  MW1346: {
    title: 'A plan from files is not for apply',
    cause: 'Plan {plan} was made from files: nobody looked at the hosts and clusters that it would change.',
    fix: 'Run `mesh discover`, then `mesh migrate plan` without --from-files, and apply that plan.',
    exit: ExitCode.refused,
  },
  MW1347: {
    title: 'No mesh to plan for',
    cause: 'The files tell of no mesh, and no estate file names one.',
    fix: 'Name it with --provider ({known}), or under `provider` in an estate file.',
    exit: ExitCode.usage,
  },
  MW1340: {
    title: 'No order of waves keeps every limit',
    cause: 'These cannot hold together: {conflict}. Each of them could, if one of the others were given up.',
    fix: 'Relax one of them under `policy.waves` in the estate: raise the limit, move or drop the pin, or let the services join apart.',
    exit: ExitCode.refused,
  },
  MW1341: {
    title: 'No order of waves was found',
    cause:
      'The search ended without an order that keeps every limit, and without a proof that there is none. The tightest are: {conflict}.',
    fix: 'Relax one of them under `policy.waves` in the estate, or give `policy.waves.maxWaves` more room.',
    exit: ExitCode.refused,
  },
});
