import { logBeta, logBetaBelow } from './beta.ts';

/** A null and an alternative of one proportion, 0 <= null < alternative <= 1. */
export interface Hypotheses {
  /** The greatest proportion that is no fault. */
  null: number;
  /** The proportion that must be found. */
  alternative: number;
}

/** The mixture is Beta(1, b), whose mean is the alternative; b stays above nothing, so that no outcome is impossible. */
const weight = ({ alternative }: Hypotheses): number => Math.max((1 - alternative) / alternative, 0.1);

/**
 * ln of the e-value of `hits` in `trials`: the likelihood of all proportions above the null, mixed by a Beta(1, b) that is
 * cut off at the null, over that of the null itself.
 *
 * For each proportion t above the null t0 the likelihood ratio has expectation at most 1 under every proportion up to t0,
 * since (p/t0) t + ((1-p)/(1-t0)) (1-t) rises in p and is 1 at p = t0. So has the mixture, which makes it an e-process of
 * the one-sided null: by Ville's inequality it reaches 1/alpha with probability alpha at most, however often it is looked
 * at. Source: Robbins 1970, "Statistical methods related to the law of the iterated logarithm" (beta-binomial mixtures);
 * Ramdas, Grünwald, Vovk, Shafer 2023, "Game-theoretic statistics and safe anytime-valid inference".
 */
export function logEValue(hits: number, trials: number, hypotheses: Hypotheses): number {
  const t0 = hypotheses.null;
  if (t0 === 0) return hits > 0 ? Number.POSITIVE_INFINITY : 0;
  const b = weight(hypotheses);
  const misses = trials - hits;
  const upper = logBetaBelow(1 - t0, b + misses, 1 + hits) + logBeta(1 + hits, b + misses);
  const prior = logBetaBelow(1 - t0, b, 1) + logBeta(1, b);
  return upper - prior - hits * Math.log(t0) - misses * Math.log1p(-t0);
}

/** ln of the mixture's density at the alternative: what the mixture costs beside the best single alternative. */
export function logPriorDensity(hypotheses: Hypotheses): number {
  const b = weight(hypotheses);
  const { null: t0, alternative } = hypotheses;
  return Math.log(b) + (b - 1) * Math.log1p(-Math.min(alternative, 1 - 1e-9)) - b * Math.log1p(-t0);
}

/** The expected gain of ln of the likelihood ratio in one trial under the alternative: the Kullback-Leibler divergence. */
export function divergence({ null: t0, alternative: t1 }: Hypotheses): number {
  const part = (p: number, q: number): number => (p === 0 ? 0 : p * Math.log(p / q));
  return part(t1, t0) + part(1 - t1, 1 - t0);
}
