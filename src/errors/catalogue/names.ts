import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** What the objects of a plan are called. */
export const nameErrors = defineErrors({
  MW1348: {
    title: 'A name that a server would refuse',
    cause: 'What the plan makes for {service} would be called by a name that cannot be: {name}.',
    fix: 'Give the service (or, of several on one host, the host) another `name` in the estate: it is the estate’s own, and its `hostname` stays.',
    exit: ExitCode.refused,
  },
  MW1349: {
    title: 'Two names become one',
    cause:
      'The plan would make {object} twice, for {first} and for {second}: names of objects are lower case, and get endings.',
    fix: 'Give one of the services (or, of several on one host, the host) another `name` in the estate; `hostname` and `address` stay.',
    exit: ExitCode.refused,
  },
});
