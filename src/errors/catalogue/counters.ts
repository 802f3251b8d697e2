import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Proxies that are asked for their own counters. */
export const counterErrors = defineErrors({
  MW1831: {
    title: 'A proxy does not tell its counters',
    cause: 'The counters of {proxy}: {reason}.',
    fix: 'See that the proxy runs and that its admin endpoint answers (port 15000 on its own address), or name `metrics.prometheus` in the estate; no gate passes without data.',
    exit: ExitCode.paused,
  },
});
