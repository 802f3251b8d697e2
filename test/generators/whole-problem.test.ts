import { describe, expect, it } from 'vitest';
import { wholeProblem } from '../../scripts/bench/waves/integers.ts';
import { costOf, lastWave } from '../../src/graph/waves/objective.ts';
import { smallEstate } from './estates.ts';
import { firstFit } from './packing.ts';
import { randomOf } from './random.ts';

type Whole = ReturnType<typeof wholeProblem>;

/** What exact.py minimises, written down again: pairs, then what never joins and what has joined, then λ. */
function wholeCost({ pairs, outside, inside, lambda }: Whole, wave: Int32Array): number {
  const last = lastWave(wave);
  const later = (one: number, other: number): number => Math.max(0, wave[other]! - wave[one]!);
  const between = pairs.reduce((sum, [u, v, uFirst, vFirst]) => sum + uFirst * later(u, v) + vFirst * later(v, u), 0);
  const others = wave.reduce(
    (sum, at, group) => sum + outside[group]! * (last - at + 1) + inside[group]! * (at - 1),
    0,
  );
  return between + others + lambda * last;
}

describe('what CP-SAT is given', () => {
  it('costs in whole numbers what the plan costs in request-hours', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const problem = smallEstate(seed);
      const wave = firstFit(problem, randomOf(seed).shuffled(problem.count)) ?? new Int32Array(problem.count).fill(1);
      const whole = wholeProblem(problem, '', wave);
      const perHour = costOf(problem, wave).total / problem.weights.hoursPerWave;
      const found = wholeCost(whole, wave);
      expect(Number.isSafeInteger(found)).toBe(true);
      expect(Math.abs(found * 1e-4 - perHour)).toBeLessThanOrEqual(1e-9 * perHour);
    }
  });

  it('has whole numbers only, none of them rounded away', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const problem = smallEstate(seed);
      const whole = wholeProblem(problem, '', undefined);
      expect(whole.outside.map((rate) => rate / 1e4)).toEqual([...problem.outside]);
      expect(whole.traffic.map((rate) => rate / 1e2)).toEqual([...problem.traffic]);
      expect((whole.lambda * problem.weights.hoursPerWave) / 1e4).toBeCloseTo(problem.weights.lambda, 4);
      expect(whole.limits.maxTraffic === null).toBe(problem.limits.maxTraffic === Infinity);
    }
  });
});
