import type { GateOutcome, MetricCheck, Verdict } from '../plans/gate.ts';

/** What a source said of one metric check, both by one look. */
export interface Sample {
  /** The value of `query`, divided by that of `total` where the check has one. */
  value: number | null;
  /** The value of `total`, where the check has one. */
  total: number | null;
}

/** A ratio of sums of the same numbers may differ from its true value by rounding alone. */
const ROUNDING = 1e-9;

/** The query for a check's value: a ratio is divided by the source, so that both of its parts are of one instant. */
export const valueQuery = ({ query, total }: MetricCheck): string =>
  total === undefined ? query : `(${query}) / (${total})`;

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
  if (requests === null) return verdict('inconclusive', null, 'no data');
  if (requests < check.minRequests)
    return verdict(
      'inconclusive',
      null,
      `${requests.toFixed(0)} requests in the window, ${check.minRequests} are needed`,
    );
  if (value === null) return verdict('inconclusive', null, 'no data');
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = check;
  if (value < min - ROUNDING) return verdict('fail', value, `${show(value)} is below ${show(min)}`);
  if (value > max + ROUNDING) return verdict('fail', value, `${show(value)} is above ${show(max)}`);
  return verdict('pass', value, `${show(value)} of ${requests.toFixed(0)} requests`);
}

const show = (value: number): string => String(Math.round(value * 1e5) / 1e5);

/** The gate's outcome: one failure fails it; what could not be asked outweighs what was not clear; only all passes pass. */
export function combine(verdicts: readonly Verdict[]): GateOutcome {
  for (const outcome of ['fail', 'error', 'inconclusive'] as const)
    if (verdicts.some((verdict) => verdict.outcome === outcome)) return outcome;
  return 'pass';
}
