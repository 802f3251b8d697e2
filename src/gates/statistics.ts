import type { MetricCheck, Verdict } from '../plans/gate.ts';
import { judgeErrors, judgeLatency } from './judge-counts.ts';
import { judgeThreshold, judgeTripwire } from './judge-value.ts';
import type { Elapsed, Sample } from './sample.ts';
import { type Finding, undecided, verdictOf } from './verdict.ts';

/**
 * Judges one metric by what its source said. No data, NaN, an empty series or too few requests decide nothing; they never
 * pass. A sequential test may be judged as often as one likes: its level holds for all looks of a bake together.
 */
export const judge = (check: MetricCheck, sample: Sample, elapsed: Elapsed): Verdict =>
  verdictOf(check, sample.query, findingOf(check, sample, elapsed));

function findingOf(check: MetricCheck, sample: Sample, elapsed: Elapsed): Finding {
  if (check.test === 'threshold' && sample.test === 'threshold') return judgeThreshold(check, sample);
  if (check.test === 'errors' && sample.test === 'errors') return judgeErrors(check, sample, elapsed);
  if (check.test === 'latency' && sample.test === 'latency') return judgeLatency(check, sample);
  if (check.test === 'tripwire' && sample.test === 'tripwire') return judgeTripwire(check, sample, elapsed);
  return undecided(`the answer is one to a ${sample.test} test, and the question was one of ${check.test}`);
}
