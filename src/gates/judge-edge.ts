import type { Replay } from '../plans/gate.ts';
import { logErrorsEValue } from './errors.ts';
import type { EdgeBefore, EdgeCounts } from './sample.ts';
import { finiteE, type Finding, show, undecided } from './verdict.ts';

/** Silence that chance explains less often than this is waited for, and does not pass. */
const LN_DOUBT = Math.log(0.001);
/** Silence that chance explains less often than this (e to the power of -20) is a fault, as for the tripwire of stated rates. */
const LN_FAULT = -20;
/** The newest value that a source has may be so old: the longest usual interval of scrapes. Only silence beyond it fails. */
const STALE_MS = 60_000;
/** A model of an estate counts in fractions: fewer than this is none. */
const NONE = 0.5;

/** How long a gate has baked, and until when it is asked at most. */
export interface Span {
  elapsedMs: number;
  horizonMs: number;
}

/**
 * ln of the probability that a call which went on evenly is silent for so long by chance. Its rate is not known but counted,
 * n times in a window w, so the Poisson probability exp(-n t / w) is taken with the rate's own uncertainty: given that n of n
 * calls fell before, (w / (w + t)) to the power of n, which is never less and tends to it for a long window (Przyborowski and
 * Wilenski 1940, "Homogeneity of results in testing samples from Poisson series": the conditional test).
 * n is twice the lesser half of the window, so that what comes in bursts is not taken for a steady rate.
 */
export function lnSilence(
  { earlier, later }: Pick<EdgeBefore, 'earlier' | 'later'>,
  windowMs: number,
  ms: number,
): number {
  const steady = 2 * Math.min(earlier, later);
  return steady === 0 ? 0 : -steady * Math.log1p(Math.max(0, ms) / windowMs);
}

/** Whether one call goes on as it did before the stage. What was not there before is not asked for. */
export function judgeEdge(replay: Replay, before: EdgeBefore | undefined, after: EdgeCounts, span: Span): Finding {
  if (!before)
    return undecided('nothing is on record of it from before the stage: take the stage back, and apply it again');
  const { calls, failed, refused } = after;
  if (calls === null || failed === null || refused === null) return undecided('no data');
  const all = before.earlier + before.later;
  const head = {
    value: calls,
    requests: calls,
    evidence: 'before' as const,
    counts: { before: all, failedBefore: before.failed, refusedBefore: before.refused, after: calls, failed, refused },
  };
  const rest = calls < NONE ? silent(replay, before, span) : inVain(replay, before, { calls, failed, refused }, span);
  return { ...head, ...rest };
}

function silent({ windowSeconds }: Replay, before: EdgeBefore, { elapsedMs, horizonMs }: Span): Finding {
  const windowMs = windowSeconds * 1000;
  const all = before.earlier + before.later;
  if (all < NONE) return { outcome: 'pass', why: `silent, as for ${windowSeconds} s before the stage` };
  const chance = (ms: number): number => lnSilence(before, windowMs, ms);
  const seen = `none in ${show(elapsedMs / 1000)} s, and ${show(all)} in ${windowSeconds} s before the stage`;
  if (chance(horizonMs) > LN_DOUBT)
    return {
      outcome: 'pass',
      why: `${seen}: too seldom, or too uneven, for this gate to tell (${inWords(chance(horizonMs))} by chance)`,
    };
  const why = `${seen}: ${inWords(chance(elapsedMs))} by chance`;
  return chance(elapsedMs - STALE_MS) <= LN_FAULT ? { outcome: 'fail', why } : undecided(why);
}

const inWords = (ln: number): string => `p = ${Number(Math.exp(ln).toPrecision(2))}`;

interface Counted {
  calls: number;
  failed: number;
  refused: number;
}

/** New errors and new refusals: more than before, and more than is healthy. */
function inVain(replay: Replay, before: EdgeBefore, after: Counted, { elapsedMs }: Span): Finding {
  const requests = before.earlier + before.later;
  const lnOf = (what: 'failed' | 'refused'): number => {
    const of = ({ calls, ...counts }: Counted): { requests: number; errors: number } => ({
      requests: calls,
      errors: Math.min(counts[what], calls),
    });
    const control = requests < NONE ? null : of({ ...before, calls: requests });
    return logErrorsEValue(replay, of(after), control, { elapsedMs });
  };
  const ln = Math.max(lnOf('failed'), lnOf('refused'));
  const evidence = { eValue: finiteE(ln), stopAt: replay.stopAt };
  const said = (all: number, { failed, refused }: { failed: number; refused: number }): string =>
    `${show(all)} calls, ${show(failed)} failed and ${show(refused)} refused`;
  const why = `${said(after.calls, after)}; before the stage ${said(requests, before)}`;
  const outcome = ln >= Math.log(replay.stopAt) ? 'fail' : 'pass';
  return { ...evidence, outcome, why };
}
