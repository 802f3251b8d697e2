import type { WaveProblem } from '../../../src/graph/waves/problem.ts';

/** The same problem in whole numbers, as exact.py takes it; `null` where nothing is limited. */
export interface WholeProblem {
  digest: string;
  count: number;
  mostWaves: number;
  size: number[];
  traffic: number[];
  critical: number[];
  owner: number[];
  /** Two groups, and what each wave costs with only the first inside, and with only the second. */
  pairs: [number, number, number, number][];
  outside: number[];
  inside: number[];
  before: [number, number][];
  apart: [number[], number][];
  earliest: number[];
  latest: number[];
  limits: Record<
    'maxSize' | 'maxTraffic' | 'maxCritical' | 'maxPerOwner' | 'firstMaxSize' | 'firstMaxCritical',
    number | null
  >;
  lambda: number;
  hint: number[] | null;
}

/**
 * Costs are per hour in ten-thousandths of a request per second: rates in hundredths, weights in hundredths. What comes
 * from test/generators is in those already, so nothing is rounded there; the largest sum is below 2^45.
 */
export const COST_UNIT = 1e-4;
const TRAFFIC_UNIT = 1e-2;

/** @param hint a plan that keeps all rules, to begin with */
export function wholeProblem(problem: WaveProblem, digest: string, hint: Int32Array | undefined): WholeProblem {
  const { limits, weights } = problem;
  const whole = (values: Float64Array | Int32Array, unit: number): number[] =>
    Array.from(values, (value) => Math.round(value / unit));
  return {
    digest,
    count: problem.count,
    mostWaves: mostWaves(problem),
    size: [...problem.size],
    traffic: whole(problem.traffic, TRAFFIC_UNIT),
    critical: [...problem.critical],
    owner: [...problem.owner],
    pairs: pairsOf(problem),
    outside: whole(problem.outside, COST_UNIT),
    inside: whole(problem.inside, COST_UNIT),
    before: problem.before.map(({ first, second }) => [first, second]),
    apart: problem.apart.map(({ members, most }) => [[...members], most]),
    earliest: [...problem.earliest],
    latest: [...problem.latest],
    limits: {
      maxSize: orNull(limits.maxSize),
      maxTraffic: orNull(Math.round(limits.maxTraffic / TRAFFIC_UNIT)),
      maxCritical: orNull(limits.maxCritical),
      maxPerOwner: orNull(limits.maxPerOwner),
      firstMaxSize: orNull(limits.first.maxSize),
      firstMaxCritical: orNull(limits.first.maxCritical),
    },
    lambda: Math.round(weights.lambda / weights.hoursPerWave / COST_UNIT),
    hint: hint === undefined ? null : [...hint],
  };
}

/** A plan with more has an empty wave after all pins: without it the plan keeps all rules and costs no more. */
function mostWaves({ count, earliest, limits }: WaveProblem): number {
  return Math.min(limits.maxWaves, count + Math.max(...earliest) - 1);
}

function orNull(value: number): number | null {
  return value === Infinity ? null : value;
}

/** Calls of two groups in both directions are one pair. */
function pairsOf({ count, from, to, rate, weights }: WaveProblem): [number, number, number, number][] {
  const pairs = new Map<number, [number, number, number, number]>();
  for (let call = 0; call < rate.length; call += 1) {
    const [caller, callee] = [from[call]!, to[call]!];
    const [low, high] = caller < callee ? [caller, callee] : [callee, caller];
    const pair = pairs.get(low * count + high) ?? [low, high, 0, 0];
    const plain = Math.round(rate[call]! / COST_UNIT);
    const callerInside = Math.round((rate[call]! * (1 + weights.callerFirst)) / COST_UNIT);
    pair[2] += low === caller ? callerInside : plain;
    pair[3] += low === caller ? plain : callerInside;
    pairs.set(low * count + high, pair);
  }
  return [...pairs.values()];
}
