import type { Hypotheses } from './e-value.ts';
import { logGamma } from './beta.ts';
import { stoppedBy, trialsByNormal, waldTrials } from './stopping.ts';

/**
 * Whether the exact recursion is too long: it visits trials times hits. The normal approximation is within a fifth of it
 * there, mostly above.
 */
function isLong(hypotheses: Hypotheses, alpha: number): boolean {
  const trials = waldTrials(hypotheses, alpha);
  return trials > 20_000 || trials * trials * hypotheses.alternative > 1e6;
}

/** What a gate must be able to see, and how surely. */
export interface Effect {
  /** The error ratio of healthy traffic, 0 to 1. */
  baseline: number;
  /** How much higher the error ratio of what is judged must be seen to be, 0 to 1 - baseline. */
  effect: number;
  /** The share of the traffic that is judged, 0 to 1; the rest is its control. At 1 there is none. */
  share: number;
  /** The probability of taking healthy traffic for faulty, however often it is looked at. */
  alpha: number;
  /** The probability of seeing the effect. */
  power: number;
}

/**
 * The requests, those of the control among them, by which a sequential test has seen an effect with a given power.
 *
 * With a control the test is on errors: given that an error occurred, it is the judged side's with probability `share` if
 * both sides are alike, and share (1 + effect/baseline) / (1 + share effect/baseline) if it has the effect. Requests
 * between errors say nothing, so the requests that are needed are as many as bring the errors: a Poisson number of them.
 * Without a control the test is on requests, against the baseline itself. Both stop at an e-value of 1/alpha (`logEValue`).
 *
 * @returns a whole number of requests, at least 1; infinity where baseline and effect exceed 1 together, for no error ratio does
 */
export function requestsNeeded(wanted: Effect): number {
  const { baseline, effect, share, alpha, power } = wanted;
  if (baseline + effect > 1) return Number.POSITIVE_INFINITY;
  if (share >= 1) return trialsNeeded({ null: baseline, alternative: baseline + effect }, alpha, power);
  const judged = share * (baseline + effect);
  const errorsPerRequest = judged + (1 - share) * baseline;
  const hypotheses = { null: share, alternative: judged / errorsPerRequest };
  if (isLong(hypotheses, alpha))
    return Math.ceil(trialsByNormal(hypotheses, alpha, power, 'poisson') / errorsPerRequest);
  const stopped = stoppedBy(hypotheses, alpha, 1 - (1 - power) / 20);
  return smallest((requests) => seenBy(requests * errorsPerRequest, stopped) >= power);
}

function trialsNeeded(hypotheses: Hypotheses, alpha: number, power: number): number {
  const { null: t0, alternative: t1 } = hypotheses;
  // Where no error at all is healthy, one error decides: it has come by n requests with probability 1 - (1 - effect)^n.
  if (t0 === 0) return t1 === 1 ? 1 : Math.ceil(Math.log(1 - power) / Math.log1p(-t1));
  if (isLong(hypotheses, alpha)) return Math.ceil(trialsByNormal(hypotheses, alpha, power, 'counted'));
  return stoppedBy(hypotheses, alpha, power).length - 1;
}

/** The probability that the test has stopped when the errors are Poisson with this mean. */
function seenBy(mean: number, stopped: Float64Array): number {
  const last = stopped.length - 1;
  const [from, to] = [Math.max(0, Math.floor(mean - 9 * Math.sqrt(mean) - 9)), Math.ceil(mean + 9 * Math.sqrt(mean) + 9)];
  let sum = 0;
  for (let errors = from; errors <= to; errors += 1)
    sum += Math.exp(errors * Math.log(mean) - mean - logGamma(errors + 1)) * (stopped[Math.min(errors, last)] ?? 0);
  return sum;
}

/** The smallest whole number for which something holds that holds for every greater one. */
function smallest(holds: (value: number) => boolean): number {
  let high = 1;
  while (!holds(high)) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
