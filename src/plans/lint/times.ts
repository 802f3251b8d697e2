import { meshError } from '../../errors/index.ts';
import { hit, type LintRule } from './rule.ts';

/** A new login may take half of the switch's time, and five seconds at least (execute/operations/host/capture.ts). */
const LOGIN_SECONDS = 5;
/** For the answer to arming, and for the confirmation, each a script over a connection that is open. */
const ROUND_SECONDS = 5;

/** Rules about times that do not fit each other. */
export const timeRules: readonly LintRule[] = [
  {
    code: 'MW1824',
    level: 'error',
    why: 'promise P9 rests on a switch that fires when nobody can log in, and not when somebody is just doing so',
    find: (view) =>
      view.operations('host.capture').flatMap(({ step, operation: { host, deadmanSeconds: seconds } }) => {
        const known = view.inputs.estate?.estate.hosts.find(({ name }) => name === host);
        // Through a jump host there are two logins.
        const logins = known?.jump === undefined ? 1 : 2;
        const needed = logins * LOGIN_SECONDS + 2 * ROUND_SECONDS;
        if (seconds >= needed) return [];
        return [hit(step.id, meshError('MW1824', { step: step.id, host, seconds, needed }))];
      }),
  },
  {
    code: 'MW1825',
    level: 'error',
    why: 'a step whose time is over is recorded as failed, while what it waited for goes on',
    find: ({ steps }) =>
      steps.flatMap(({ step }) =>
        step.apply.flatMap((operation) => {
          const needed = waitOf(operation);
          if (needed === undefined || step.timeoutMs >= needed * 1000) return [];
          const args = { step: step.id, timeout: step.timeoutMs / 1000, operation: operation.op, needed };
          return [hit(step.id, meshError('MW1825', args))];
        }),
      ),
  },
];

/** How long an operation may wait by what it says itself, in seconds. */
function waitOf(operation: { op: string; waitSeconds?: number; deadmanSeconds?: number }): number | undefined {
  if (operation.op === 'host.recycle') return operation.waitSeconds;
  return operation.op === 'host.capture' ? operation.deadmanSeconds : undefined;
}
