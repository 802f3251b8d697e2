import type { GateOutcome, MetricCheck, Verdict } from '../plans/gate.ts';

/** What a source said of one metric check. */
export interface Sample {
  value: number | null;
  /** The value of `total`, where the check has one. */
  total: number | null;
}

/**
 * Judges one metric. Without data, or with fewer requests than the check asks for, nothing is decided.
 * These are plain thresholds over one window: the sequential tests take their place behind the same outcomes.
 */
export function judge(check: MetricCheck, { value, total }: Sample): Verdict {
  const requests = check.total === undefined ? value : total;
  const verdict = (outcome: GateOutcome, seen: number | null, why: string): Verdict => ({
    name: check.name,
    subject: check.subject,
    outcome,
    value: seen,
    requests,
    why,
    query: check.query,
  });
  if (requests === null || value === null) return verdict('inconclusive', null, 'no data');
  if (requests < check.minRequests)
    return verdict(
      'inconclusive',
      null,
      `${requests.toFixed(0)} requests in the window, ${check.minRequests} are needed`,
    );
  const seen = check.total === undefined ? value : value / requests;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = check;
  if (seen < min) return verdict('fail', seen, `${show(seen)} is below ${show(min)}`);
  if (seen > max) return verdict('fail', seen, `${show(seen)} is above ${show(max)}`);
  return verdict('pass', seen, `${show(seen)} of ${requests.toFixed(0)} requests`);
}

const show = (value: number): string => String(Math.round(value * 1e5) / 1e5);

/** The gate's outcome: one failure fails it; what could not be asked outweighs what was not clear; only all passes pass. */
export function combine(verdicts: readonly Verdict[]): GateOutcome {
  for (const outcome of ['fail', 'error', 'inconclusive'] as const)
    if (verdicts.some((verdict) => verdict.outcome === outcome)) return outcome;
  return 'pass';
}
