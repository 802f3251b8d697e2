import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** How long a plan watches, as it follows from the rates that the estate states. */
export const bakeErrors = defineErrors({
  MW1370: {
    title: 'A gate will lack data',
    cause:
      'The gate of {gate} needs {needed} requests ({metric}), and the stated rate brings {expected} in the {seconds} s that it is watched: it will pause, and pass nothing.',
    fix: 'Raise `policy.gate.maxBakeSeconds`, or declare a larger `policy.gate.effect`, and plan again; or correct `requestsPerSecond`.',
    exit: ExitCode.done,
  },
  MW1371: {
    title: 'Rungs are left out of a ladder',
    cause:
      'The ladder of {service} goes without {weights} %: at the stated rate these rungs could not decide within {seconds} s.',
    fix: 'To have them all the same, raise `policy.gate.maxBakeSeconds` or declare a larger `policy.gate.effect`, and plan again.',
    exit: ExitCode.done,
  },
});
