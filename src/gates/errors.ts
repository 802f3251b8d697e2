import { logEValue } from '../plans/bake/e-value.ts';
import type { CheckBy } from '../plans/gate.ts';
import { designEffect, ownDesignEffect } from './correlation.ts';
import type { Counts, Elapsed } from './sample.ts';

type ErrorsCheck = Pick<CheckBy<'errors'>, 'baseline' | 'effect'>;

/**
 * ln of the e-value of what was counted since the bake began, against the null that the judged side is healthy: it has no
 * more errors than its control, or no more than the baseline. Each is refuted by an e-value of its own, and both must be:
 * the lesser of two e-values is one for the union of their nulls. Without a control there is the baseline alone.
 *
 * The first asks whose the errors were: if both sides are alike, each of them is the judged side's with the probability of
 * its share of the requests. That share is the measured one, so that callers who follow no weights do no harm; given the
 * requests of both sides the errors are then drawn without replacement, which varies less than the binomial that is
 * assumed (Hoeffding 1963, "Probability inequalities", theorem 4: no convex function of it has a greater expectation).
 */
export function logErrorsEValue(
  check: ErrorsCheck,
  judged: Counts,
  control: Counts | null,
  { elapsedMs }: Elapsed,
): number {
  const alone = logAgainstBaseline(check, judged, elapsedMs);
  return control === null ? alone : Math.min(alone, logAgainstControl(check, judged, control, elapsedMs));
}

function logAgainstBaseline(
  { baseline, effect }: ErrorsCheck,
  { requests, errors }: Counts,
  elapsedMs: number,
): number {
  // Nothing could be more than all requests.
  if (baseline >= 1 || requests === 0) return 0;
  const thinned = ownDesignEffect(baseline * requests, elapsedMs);
  const hypotheses = { null: baseline, alternative: Math.min(1, baseline + effect) };
  return logEValue(errors / thinned, requests / thinned, hypotheses);
}

function logAgainstControl(
  { baseline, effect }: ErrorsCheck,
  judged: Counts,
  control: Counts,
  elapsedMs: number,
): number {
  const share = judged.requests / (judged.requests + control.requests);
  if (share <= 0 || share >= 1) return 0;
  const healthy = Math.max(baseline, control.errors / control.requests);
  const thinned = designEffect({ events: healthy * judged.requests, share, elapsedMs });
  const faulty = share * (healthy + effect);
  const hypotheses = { null: share, alternative: faulty / (faulty + (1 - share) * healthy) };
  return logEValue(judged.errors / thinned, (judged.errors + control.errors) / thinned, hypotheses);
}
