import type { CheckBy } from '../plans/gate.ts';
import type { Elapsed, SampleOf } from './sample.ts';
import { type Finding, show, undecided } from './verdict.ts';

/** A ratio of sums of the same numbers may differ from its true value by rounding alone. */
const ROUNDING = 1e-9;

type Bounds = { min?: number | undefined; max?: number | undefined };

function outOf({ min, max }: Bounds, value: number): string | undefined {
  if (min !== undefined && value < min - ROUNDING) return `${show(value)} is below ${show(min)}`;
  if (max !== undefined && value > max + ROUNDING) return `${show(value)} is above ${show(max)}`;
  return undefined;
}

/** A value over one window. Without data, or with fewer requests than the check asks for, nothing is decided. */
export function judgeThreshold(check: CheckBy<'threshold'>, { value, total }: SampleOf<'threshold'>): Finding {
  const requests = check.total === undefined ? value : total;
  if (requests === null || !Number.isFinite(requests)) return undecided('no data');
  if (requests < check.minRequests)
    return undecided(`${requests.toFixed(0)} requests in the window, ${check.minRequests} are needed`, { requests });
  if (value === null || !Number.isFinite(value)) return undecided('no data', { requests });
  const out = outOf(check, value);
  const isOver = check.max !== undefined && value > check.max;
  if (out !== undefined && isOver && check.overMax !== undefined) return undecided(out, { value, requests });
  if (out !== undefined) return { outcome: 'fail', why: out, value, requests };
  return { outcome: 'pass', why: `${show(value)} of ${requests.toFixed(0)} requests`, value, requests };
}

/**
 * A value over the last seconds. It fails as soon as these lie wholly within the bake and the value is out of its bounds; that
 * too few requests came to trip it is no failure, for what waits for enough of them is another check.
 */
export function judgeTripwire(
  check: CheckBy<'tripwire'>,
  { value, total }: SampleOf<'tripwire'>,
  { elapsedMs }: Elapsed,
): Finding {
  const { forSeconds, minRequests } = check;
  if (elapsedMs < forSeconds * 1000) return undecided(`watched for ${show(elapsedMs / 1000)} of ${forSeconds} s`);
  const requests = check.total === undefined ? value : total;
  if (requests === null || !Number.isFinite(requests)) return undecided('no data');
  const seen = { value: value !== null && Number.isFinite(value) ? value : null, requests };
  if (requests < minRequests)
    return { ...seen, outcome: 'pass', why: `${show(requests)} in ${forSeconds} s, too few to trip` };
  if (seen.value === null) return undecided('no data', seen);
  const out = outOf(check, seen.value);
  return out === undefined
    ? { ...seen, outcome: 'pass', why: `${show(seen.value)} over ${forSeconds} s` }
    : { ...seen, outcome: 'fail', why: `${out} over ${forSeconds} s` };
}
