import { logEValue } from '../plans/bake/e-value.ts';
import type { Histogram } from './sample.ts';

/** So many times as many slow requests as the control has are the alternative's mean; any other number shows as well. */
const TIMES_AS_MANY = 3;

const countOf = (histogram: Histogram): number => histogram.at(-1)?.count ?? 0;

/** The bounds that are compared: the judged side's requests beyond the second are to be no more than the control's beyond the first. */
export function boundPairs(bounds: readonly number[], tolerance: number): { of: number; beside: number }[] {
  const finite = bounds.filter((bound) => Number.isFinite(bound) && bound > 0);
  return finite.flatMap((bound) => {
    const beside = finite.find((other) => other >= bound * tolerance * (1 - 1e-9));
    return beside === undefined ? [] : [{ of: bound, beside }];
  });
}

/**
 * ln of the e-value against the null that the judged side is nowhere more than `tolerance` times as slow: for no bound t do
 * more of its requests exceed `tolerance` t than of the control's exceed t. The bounds are those of the proxies' histograms.
 *
 * At each bound whose requests are slow is a conditional test like that of errors, so that what slows both sides cancels, and
 * the mean of e-values is one whatever their dependence: a band around the control's whole distribution, which costs ln of
 * the number of bounds, and no quantile has to be chosen before it is known where it lies.
 * Minutes in which one side alone is slower are what the tolerance is for: none that is healthy may exceed it.
 * Source: Vovk and Wang 2021, "E-values: calibration, combination and applications", proposition 3.1 (the arithmetic mean);
 * for bands over all quantiles at all times, Howard and Ramdas 2022, "Sequential estimation of quantiles".
 */
export function logLatencyEValue({ tolerance }: { tolerance: number }, judged: Histogram, control: Histogram): number {
  const pairs = boundPairs(
    control.map(({ boundMs }) => boundMs),
    tolerance,
  );
  if (pairs.length === 0) return 0;
  const logs = pairs.map(({ of, beside }) => {
    const slow = { judged: beyond(judged, beside), control: beyond(control, of) };
    return logOfBound(slow, { judged: countOf(judged), control: countOf(control) });
  });
  return logMeanExp(logs);
}

interface Sides {
  judged: number;
  control: number;
}

function logOfBound(slow: Sides, requests: Sides): number {
  const share = requests.judged / (requests.judged + requests.control);
  const all = slow.judged + slow.control;
  if (!(share > 0 && share < 1) || all === 0) return 0;
  const alternative = (share * TIMES_AS_MANY) / (share * TIMES_AS_MANY + 1 - share);
  return logEValue(slow.judged, all, { null: share, alternative });
}

/** Requests that took longer than a bound; of a bound that the histogram lacks, than the next one it has. */
function beyond(histogram: Histogram, bound: number): number {
  const within = histogram.find(({ boundMs }) => boundMs >= bound)?.count ?? countOf(histogram);
  return Math.max(0, countOf(histogram) - within);
}

/** ln of the mean of numbers that are given by their logarithms. */
function logMeanExp(logs: readonly number[]): number {
  const greatest = logs.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY);
  if (!Number.isFinite(greatest)) return greatest;
  return greatest + Math.log(logs.reduce((sum, each) => sum + Math.exp(each - greatest), 0) / logs.length);
}

/** The bound within which a part of all requests were answered, in milliseconds; null without requests. */
export function quantileBound(histogram: Histogram, part: number): number | null {
  const all = countOf(histogram);
  return all === 0 ? null : (histogram.find(({ count }) => count >= part * all)?.boundMs ?? null);
}
