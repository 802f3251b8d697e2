import { normalQuantile } from '../../../src/plans/bake/beta.ts';
import { MannWhitney } from './mann-whitney.ts';
import type { Setting, Watcher } from './watcher.ts';

const RATIOS = [0.002, 0.005, 0.01, 0.02, 0.03];

/**
 * Flagger: each `interval` the success rate of the last minute is held against `thresholdRange`; the canary goes back when
 * `threshold` checks have failed in all. A check without requests fails nothing. Source: Flagger, "Metrics Analysis".
 */
function flagger(interval: number, limit: number, threshold: number): Setting {
  return {
    peer: 'flagger',
    words: `every ${interval} s over 60 s, at most ${limit * 100} %, ${threshold} failed check(s)`,
    everySeconds: interval,
    watcher: () => failures(60, limit, threshold),
  };
}

/** Argo Rollouts: a measurement each `interval` over five minutes fails above a limit; more than `failureLimit` of them end the analysis. */
function argo(limit: number, failureLimit: number): Setting {
  return {
    peer: 'argo',
    words: `every 60 s over 300 s, at most ${limit * 100} %, failureLimit ${failureLimit}`,
    everySeconds: 60,
    watcher: () => failures(300, limit, failureLimit + 1),
  };
}

function failures(window: number, limit: number, allowed: number): Watcher {
  let failed = 0;
  return {
    see: (scrape, before) => {
      const then = before(window);
      const requests = scrape.judged.requests - then.judged.requests;
      const errors = scrape.judged.errors - then.judged.errors;
      if (requests > 0 && errors / requests > limit) failed += 1;
      return failed >= allowed;
    },
  };
}

/** Kayenta's rule: one-sided Mann-Whitney on the error ratios of the minutes of both sides, at growing numbers of minutes. */
function kayenta(level: number): Setting {
  return {
    peer: 'kayenta',
    words: `Mann-Whitney at ${level}`,
    everySeconds: 60,
    watcher: () => new MannWhitney(normalQuantile(1 - level)),
  };
}

/** All settings that are tried; of each peer the best for a kind of traffic is taken. */
export const settings: readonly Setting[] = [
  ...[30, 60].flatMap((interval) =>
    RATIOS.flatMap((limit) => [1, 2, 3, 5, 10].map((count) => flagger(interval, limit, count))),
  ),
  ...RATIOS.flatMap((limit) => [0, 1, 2, 3, 5].map((count) => argo(limit, count))),
  ...[0.02, 0.01, 0.003, 0.001, 0.0003, 0.0001, 0.00001].map(kayenta),
];
