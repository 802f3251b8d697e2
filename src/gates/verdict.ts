import type { GateOutcome, MetricCheck, Verdict } from '../plans/gate.ts';

/** The parts of a verdict that each test fills in. */
export type Finding = Pick<Verdict, 'outcome' | 'why'> & Partial<Omit<Verdict, 'name' | 'subject' | 'outcome' | 'why'>>;

export const verdictOf = ({ name, subject }: MetricCheck, query: string, finding: Finding): Verdict => ({
  name,
  subject,
  value: null,
  requests: null,
  query,
  ...finding,
});

export const undecided = (why: string, rest: Partial<Finding> = {}): Finding => ({
  outcome: 'inconclusive',
  why,
  ...rest,
});

/** How a number is written for people: five digits behind the point at most. */
export const show = (value: number): string => String(Math.round(value * 1e5) / 1e5);

/** An e-value that a journal can hold: JSON knows no infinity. */
export const finiteE = (log: number): number => Number(Math.exp(Math.min(log, 700)).toPrecision(6));

/** One failure fails; what could not be asked outweighs what was not clear; only all passes pass. */
export function combine(verdicts: readonly { outcome: GateOutcome }[]): GateOutcome {
  for (const outcome of ['fail', 'error', 'inconclusive'] as const)
    if (verdicts.some((verdict) => verdict.outcome === outcome)) return outcome;
  return 'pass';
}
