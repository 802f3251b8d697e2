import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Reading a plan before it is applied, and the times in which it is not. */
export const reviewErrors = defineErrors({
  MW1385: {
    title: 'The plan has nothing of that name',
    cause: '{name} is no step, stage or wave of plan {plan}. Nearest: {nearest}.',
    fix: 'Name a step as `stage/action`, a stage by its id, or a wave as `wave-2`; `mesh migrate show` lists them.',
    exit: ExitCode.usage,
  },
  MW1386: {
    title: 'The rights for a kind are not known',
    cause: '{place} of the plan is about {kind} ({apiVersion}), of which no resource name is known here.',
    fix: 'Plan with a version of mesh that knows the kind, or write the rule for it by hand.',
    exit: ExitCode.refused,
  },
  MW1388: {
    title: 'A freeze holds the stage back',
    cause: 'Stage {stage} does not begin in a freeze: {reason}.',
    fix: 'Run `mesh migrate apply` again after that. What has begun stays as it is, and `mesh migrate rollback` is never held.',
    exit: ExitCode.paused,
  },
});
