import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Interruption, and our own bugs. */
export const internalErrors = defineErrors({
  MW1901: {
    title: 'Interrupted',
    cause: 'The command was interrupted (SIGINT).',
    fix: 'Run the same command again: it carries on.',
    exit: ExitCode.interrupted,
  },
  MW1902: {
    title: 'Terminated',
    cause: 'The command was told to end (SIGTERM).',
    fix: 'Run the same command again: it carries on.',
    exit: ExitCode.terminated,
  },
  MW1999: {
    title: 'A bug of meshway',
    cause: '{detail}',
    fix: 'Report it with the output of the same command under DEBUG=mesh*. What was recorded is safe; running again is too.',
    exit: ExitCode.internal,
  },
});
