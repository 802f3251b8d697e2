import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** The record of a run, and who may write it. */
export const journalErrors = defineErrors({
  MW1601: {
    title: 'Another run holds the lock',
    cause: '{holder} has held the lock since {since}.',
    fix: 'Wait for it to end, or interrupt it. The lock of a dead process is free by itself.',
    exit: ExitCode.lockHeld,
  },
  MW1602: {
    title: 'The journal is damaged',
    cause: '{file}, line {line}: {reason}.',
    fix: 'Keep a copy of the file and restore it from a backup; every entry before that line is still good.',
    exit: ExitCode.failed,
  },
  MW1603: {
    title: 'The journal belongs to another plan',
    cause: 'Run {run} was begun with plan {runPlan}; this is plan {plan}.',
    fix: 'Apply the plan the run was begun with, or roll that run back first.',
    exit: ExitCode.refused,
  },
  MW1604: {
    title: 'A step is not the one that was begun',
    cause: 'Step {step} was begun with hash {begun}; the plan now has {planned}.',
    fix: 'Apply the plan the run was begun with, or roll that run back first.',
    exit: ExitCode.refused,
  },
  MW1605: {
    title: 'The journal cannot be written',
    cause: '{file}: {reason}.',
    fix: 'Give the run directory room and write permission; nothing is changed without a record.',
    exit: ExitCode.failed,
  },
  MW1606: {
    title: 'There is no such run',
    cause: 'No journal of run {run} is in {directory}.',
    fix: 'Check the run and the directory; `mesh migrate status` lists runs.',
    exit: ExitCode.usage,
  },
  MW1607: {
    title: 'There is nothing to roll back',
    cause: 'No run of plan {plan} that has done anything is recorded in {directory}.',
    fix: 'Name the plan that was applied and the directory it was applied with (`--state-dir`).',
    exit: ExitCode.usage,
  },
  MW1608: {
    title: 'There is nothing to adopt',
    cause: 'Nothing of run {run} is in the clusters and on the hosts of estate {estate}.',
    fix: 'Check the run: what meshway made carries it, on hosts in /var/lib/meshway/owner, in clusters as the label meshway.dev/run. A run that left nothing is begun anew without `--adopt`.',
    exit: ExitCode.usage,
  },
  MW1609: {
    title: 'The journal of the run is here',
    cause: 'Run {run} is recorded in {directory}, and needs no adoption.',
    fix: 'Leave out `--adopt`. If that journal is damaged, move its directory away first.',
    exit: ExitCode.usage,
  },
  MW1610: {
    title: 'The run was adopted elsewhere',
    cause: '{file} knows {known} holder(s) of run {run}; the estate is at holder {found}.',
    fix: 'Carry on where the run was adopted. If that journal is lost too, move this one away and use `--adopt {run}`.',
    exit: ExitCode.refused,
  },
  MW1611: {
    title: 'Another holder has the run',
    cause:
      '{holder} holds run {run} of estate {estate} since {since}, by its Lease in cluster {cluster}, last renewed {seconds} s ago.',
    fix: 'Wait for it to end, or interrupt it there. `mesh migrate unlock` shows who it is and whether it lives; the Lease of a dead holder runs out by itself.',
    exit: ExitCode.lockHeld,
  },
  MW1612: {
    title: 'Another holder has taken the run over',
    cause:
      '{place}: last held by {holder} with token {found}; ours is {ours}. Nothing was changed by this process since.',
    fix: 'Let the other holder go on. If it has ended, carry on with its state directory, or move this one away and use `--adopt`.',
    exit: ExitCode.lockHeld,
  },
  MW1613: {
    title: 'The Lease ran out',
    cause:
      'The Lease of run {run} in cluster {cluster} was not renewed for {seconds} s: {reason}. Nothing is changed without it.',
    fix: 'See that the cluster can be reached, then run the same command again: it carries on unless somebody else has taken the run over.',
    exit: ExitCode.failed,
  },
  MW1614: {
    title: 'The admission policy has no effect',
    cause:
      'ValidatingAdmissionPolicy {policy} is in cluster {cluster}, but after {seconds} s the server still takes what it forbids.',
    fix: 'Check that the API server serves admissionregistration.k8s.io/v1 and runs the plugin ValidatingAdmissionPolicy, or leave out `policy.admissionPolicy`.',
    exit: ExitCode.preflight,
  },
  MW1615: {
    title: 'The admission policy refuses a former holder',
    cause:
      '{object} in cluster {cluster} was not stored: another holder has taken the run over, and its token is greater.',
    fix: 'Let the other holder go on. If it has ended, carry on with its state directory, or move this one away and use `--adopt`.',
    exit: ExitCode.lockHeld,
  },
  MW1616: {
    title: 'The holder lives',
    cause: 'Nothing was unlocked: {holder}.',
    fix: 'Wait for it to end, or interrupt it where it runs.',
    exit: ExitCode.lockHeld,
  },
  MW1617: {
    title: 'Nobody can see what goes on before a stage',
    cause: 'Stage {stage} was not begun: {reason}.',
    fix: 'See that the metrics are scraped and the hosts answer, then run `mesh migrate apply` again: afterwards nobody could tell what the stage ended.',
    exit: ExitCode.paused,
  },
  MW1624: {
    title: 'The journal says what no run does',
    cause: '{file}, entry {seq}: {reason}.',
    fix: 'Keep a copy of the file, and find out who wrote that entry; all before it is proved. Carry on only from a journal that proves true, or from the estate itself with `--adopt {run}`.',
    exit: ExitCode.failed,
  },
  MW1626: {
    title: 'A newer version wrote the journal',
    cause: '{file}, line {line}: {what}, which this version does not know.',
    fix: 'Carry on with the version that wrote it, or a later one. Nothing was changed, neither in the file nor in the estate.',
    exit: ExitCode.refused,
  },
});
