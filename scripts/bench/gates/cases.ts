import { ERRORS_PART, STAGE_ALPHA } from '../../../src/plans/bake/watch.ts';
import { requestsNeeded } from '../../../src/plans/bake/power.ts';
import { divergence } from '../../../src/plans/bake/e-value.ts';
import { STEP_SECONDS, type TrafficCase } from '../../../test/generators/traffic-case.ts';

/** The ladder that a gate is one rung of: its tests have this part of the stage's level. */
export const RUNGS = 5;
export const RUNG_ALPHA = (STAGE_ALPHA * ERRORS_PART) / RUNGS;
export const BASELINE = 0.001;
/** The effect that all gates declare, however great the fault is. */
export const EFFECT = 0.01;

const RATES = [5, 50, 500];
const SHARES = [0.01, 0.1, 0.5];
const FAULTS = [0, 0.01, 0.02, 0.05];
const MINUTES = ['independent', 'shared', 'own'] as const;
const LONGEST = 6 * 3600;

/**
 * Wald's bound: the seconds that any sequential test of this level needs on average to see a fault, ln(1/alpha) over what
 * a second's errors tell. Source: Wald 1945, "Sequential tests of statistical hypotheses".
 */
export function waldSeconds({ rate, share, fault }: Pick<TrafficCase, 'rate' | 'share' | 'fault'>): number {
  const judged = share * (BASELINE + fault);
  const errorsPerSecond = rate * (judged + (1 - share) * BASELINE);
  const alternative = judged / (judged + (1 - share) * BASELINE);
  return Math.log(1 / RUNG_ALPHA) / divergence({ null: share, alternative }) / errorsPerSecond;
}

/** Without a fault a rung is watched for its bake, and a quarter of an hour at least; with one, for many times the bound. */
function secondsOf(rate: number, share: number, fault: number): number {
  const wanted =
    fault === 0
      ? Math.max(
          900,
          requestsNeeded({ baseline: BASELINE, effect: EFFECT, share, alpha: RUNG_ALPHA, power: 0.9 }) / rate,
        )
      : Math.max(1800, 8 * waldSeconds({ rate, share, fault }));
  return Math.min(LONGEST, Math.ceil(wanted / STEP_SECONDS) * STEP_SECONDS);
}

export function allCases(): TrafficCase[] {
  const each = MINUTES.flatMap((minutes) => RATES.flatMap((rate) => SHARES.map((share) => ({ minutes, rate, share }))));
  return each.flatMap(({ minutes, rate, share }) =>
    FAULTS.map((fault) => ({
      minutes,
      rate,
      share,
      fault,
      baseline: BASELINE,
      seconds: secondsOf(rate, share, fault),
    })),
  );
}

/** What has to be alike for settings that were found without a fault to be used with one. */
export const trafficKey = ({ minutes, rate, share }: TrafficCase): string => `${minutes} ${rate} ${share}`;
