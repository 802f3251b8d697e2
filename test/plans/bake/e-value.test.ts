import { describe, expect, it } from 'vitest';
import { logBetaBelow, logGamma, normalQuantile } from '../../../src/plans/bake/beta.ts';
import { divergence, logEValue } from '../../../src/plans/bake/e-value.ts';

const near = (value: number): unknown => expect.closeTo(value, 9);

describe('the incomplete beta function', () => {
  it.each([0.01, 0.2, 0.5, 0.9, 0.999])('has its closed forms at %d', (x) => {
    expect(Math.exp(logBetaBelow(x, 1, 3.5))).toEqual(near(1 - (1 - x) ** 3.5));
    expect(Math.exp(logBetaBelow(x, 7, 1))).toEqual(near(x ** 7));
    expect(Math.exp(logBetaBelow(x, 0.5, 0.5))).toEqual(near((2 / Math.PI) * Math.asin(Math.sqrt(x))));
  });

  it('keeps its logarithm where the probability is below the smallest number', () => {
    expect(logBetaBelow(0.001, 200, 1)).toBeCloseTo(200 * Math.log(0.001), 6);
  });

  it('stands on the gamma function', () => {
    expect(Math.exp(logGamma(5))).toEqual(near(24));
    expect(logGamma(0.5)).toEqual(near(Math.log(Math.sqrt(Math.PI))));
  });

  it('has the usual quantiles of the normal distribution beside it', () => {
    expect(normalQuantile(0.9)).toBeCloseTo(1.2816, 3);
    expect(normalQuantile(0.01)).toBeCloseTo(-2.3263, 3);
  });
});

const quarter = { null: 0.25, alternative: 0.5 };

/** By the midpoint rule, in many steps: what the e-value is by its definition. */
function byDefinition(hits: number, trials: number): number {
  const steps = 20_000;
  let sum = 0;
  for (let at = 0; at < steps; at += 1) {
    const p = 0.25 + ((at + 0.5) / steps) * 0.75;
    sum += ((p / 0.25) ** hits * ((1 - p) / 0.75) ** (trials - hits)) / steps;
  }
  return sum;
}

const choose = (n: number, k: number): number => Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1));

describe('the e-value', () => {
  it('is the closed form where every trial is a hit', () => {
    for (const trials of [1, 5, 20])
      expect(Math.exp(logEValue(trials, trials, quarter)) / ((1 - 0.25 ** (trials + 1)) / ((trials + 1) * 0.75 * 0.25 ** trials))).toEqual(near(1));
  });

  it.each([
    [0, 10],
    [3, 10],
    [9, 12],
    [30, 100],
  ])('is what its definition says: %d of %d', (hits, trials) => {
    expect(Math.exp(logEValue(hits, trials, quarter)) / byDefinition(hits, trials)).toBeCloseTo(1, 5);
  });

  it.each([0.25, 0.2, 0.05])('is 1 in expectation at the null, and less below it: %d', (p) => {
    let expectation = 0;
    for (let hits = 0; hits <= 40; hits += 1)
      expectation += choose(40, hits) * p ** hits * (1 - p) ** (40 - hits) * Math.exp(logEValue(hits, 40, quarter));
    if (p === 0.25) expect(expectation).toBeCloseTo(1, 6);
    else expect(expectation).toBeLessThan(1);
  });

  it('is settled by one hit where none is possible', () => {
    expect(logEValue(0, 50, { null: 0, alternative: 0.1 })).toBe(0);
    expect(logEValue(1, 50, { null: 0, alternative: 0.1 })).toBe(Number.POSITIVE_INFINITY);
  });

  it('grows by the divergence, also where the alternative is certain', () => {
    expect(divergence({ null: 0.25, alternative: 1 })).toEqual(near(Math.log(4)));
    expect(divergence({ null: 0.25, alternative: 0.5 })).toEqual(near(0.5 * Math.log(2) + 0.5 * Math.log(2 / 3)));
  });
});
