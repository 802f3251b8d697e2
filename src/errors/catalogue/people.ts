import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** What people say to a run, and what it goes on without. */
export const peopleErrors = defineErrors({
  MW1413: {
    title: 'A step was given up, because a gate failed meanwhile',
    cause: 'While step {step} waited, gate {gate} of an earlier change failed: {observed}.',
    fix: 'The run goes back by itself; put right what the verdict names, then apply again.',
    exit: ExitCode.failed,
  },
  MW1414: {
    title: 'Some stages were set aside',
    cause: 'All was done but {count} stage(s): {stages}.',
    fix: 'Put right what the lines below name, then run `mesh migrate apply` again: it tries them, and what needs them.',
    exit: ExitCode.failed,
  },
  MW1415: {
    title: 'Aborted: the stage under way went back',
    cause: '{by} aborted stage {stage}: {reason}. It was taken back, traffic first; what was done before it stays.',
    fix: 'Apply again begins the stage anew; `mesh migrate rollback` takes the rest back.',
    exit: ExitCode.gateFailed,
  },
  MW1416: {
    title: 'A stage waits for approval',
    cause: 'Stage {stage} begins when somebody has approved it: {reason}.',
    fix: 'Review it (`mesh migrate explain PLAN {stage}`), run `mesh migrate approve PLAN {stage}`, then apply again; or apply with `--wait`.',
    exit: ExitCode.paused,
  },
  MW1417: {
    title: 'The run is paused',
    cause: 'Before step {step} the run was paused by {reason}.',
    fix: 'Run `mesh migrate resume PLAN`, then apply again. `mesh migrate rollback` is never held.',
    exit: ExitCode.paused,
  },
  MW1418: {
    title: 'A veto stops everyone',
    cause: 'Step {step} does not begin while there is a veto: {reason}.',
    fix: 'Ask who put the veto there; apply again once it is gone. `mesh migrate rollback` is never held.',
    exit: ExitCode.paused,
  },
  MW1419: {
    title: 'The target of an interrupted step does not answer',
    cause: 'Nobody can tell how far step {step} got: {reason}.',
    fix: 'See that its host or cluster answers, then apply again: it asks anew before it does anything.',
    exit: ExitCode.failed,
  },
  MW1441: {
    title: 'The approval is of another plan',
    cause: 'The approval of stage {stage} is for {given}, and this plan is {digest}.',
    fix: 'Review this plan, and approve it: `mesh migrate approve PLAN {stage}` prints its digest.',
    exit: ExitCode.refused,
  },
  MW1442: {
    title: 'The approval cannot be read',
    cause: '{source} is no approval: {reason}.',
    fix: 'Write `--approve STAGE=DIGEST`, or a file with `planDigest`, `by` and `stages`, as `mesh migrate approve --json` prints it.',
    exit: ExitCode.usage,
  },
  MW1443: {
    title: 'The stage needs no approval',
    cause: 'Stage {stage} of plan {plan} begins without anybody’s word. Stages that need one: {stages}.',
    fix: 'Nothing is to be done; which stages wait for approval is in the estate, under `policy.approval`.',
    exit: ExitCode.usage,
  },
  MW1444: {
    title: 'The veto cannot be read',
    cause: 'Whether {file} forbids changes cannot be told: {reason}.',
    fix: 'See that the file, or the absence of it, can be read: until then nothing begins.',
    exit: ExitCode.paused,
  },
});
