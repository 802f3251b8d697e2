import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Gates between stages. */
export const gateErrors = defineErrors({
  MW1501: {
    title: 'A gate failed',
    cause: 'Gate {gate} of stage {stage}: {observed}, required is {required}.',
    fix: 'The stage was rolled back. Find the cause before you apply it again; `mesh migrate log` has the figures.',
    exit: ExitCode.gateFailed,
  },
  MW1502: {
    title: 'A gate is inconclusive',
    cause: 'Gate {gate} of stage {stage}: {reason}.',
    fix: 'See that the traffic and its metrics are there, then run `mesh migrate apply` again.',
    exit: ExitCode.paused,
  },
  MW1503: {
    title: 'A gate could not be asked',
    cause: 'Gate {gate} of stage {stage}: {source} gave an error: {reason}.',
    fix: 'Put the source of the metrics right, then run `mesh migrate apply` again.',
    exit: ExitCode.paused,
  },
  MW1504: {
    title: 'The metrics cannot be read',
    cause: '{source}: {reason}.',
    fix: 'Check `metrics` in the estate and that the server answers; no gate passes without data.',
    exit: ExitCode.paused,
  },
});
