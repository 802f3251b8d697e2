import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Carrying out a plan, and joining hosts. */
export const applyErrors = defineErrors({
  MW1401: {
    title: 'A step failed',
    cause: 'Step {step} of stage {stage}: {reason}.',
    fix: 'Put right what the cause names, then run `mesh migrate apply` again: it carries on from this step.',
    exit: ExitCode.failed,
  },
  MW1402: {
    title: 'A change did not take effect in time',
    cause: 'Step {step}: {check} did not hold within {seconds} s; last seen: {observed}.',
    fix: 'See why with `mesh migrate status`; run apply again to go on waiting, or roll back.',
    exit: ExitCode.failed,
  },
  MW1403: {
    title: 'The host undid its capture by itself',
    cause: 'On host {host} no new login confirmed the capture within {seconds} s, so the dead-man switch took it back.',
    fix: 'Check that new SSH connections reach the host while captured (its ports are excluded by number), then apply again.',
    exit: ExitCode.failed,
  },
  MW1404: {
    title: 'No new login after capture',
    cause:
      'After capture began, a new connection to host {host} failed: {reason}. The dead-man switch takes the capture back.',
    fix: 'Wait until the host has undone it, check the excluded ports, then apply again.',
    exit: ExitCode.failed,
  },
  MW1405: {
    title: 'The rollback is incomplete',
    cause: '{count} thing(s) could not be put back, listed below.',
    fix: 'Put right what the lines name, then run `mesh migrate rollback` again: it does what is left.',
    exit: ExitCode.rollbackIncomplete,
  },
  MW1406: {
    title: 'Past the commit point',
    cause: 'Stage {stage} is done and cannot be undone: {reason}.',
    fix: 'Roll back to a later stage, or plan the way back as a migration of its own.',
    exit: ExitCode.refused,
  },
  MW1407: {
    title: 'Something foreign is in the way',
    cause: '{object} exists, and was not made by this run: {owner}.',
    fix: 'Find out who owns it; remove or rename it, then apply again.',
    exit: ExitCode.failed,
  },
  MW1408: {
    title: 'Connections outlived the capture',
    cause: '{count} connection(s) of {workload} still pass no proxy after {seconds} s.',
    fix: 'Wait for them to end, or allow the restart of their owner in the plan.',
    exit: ExitCode.paused,
  },
});
