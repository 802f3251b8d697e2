import { describe, expect, it } from 'vitest';
import { divergence, logEValue } from '../../../src/plans/bake/e-value.ts';
import { type Effect, requestsNeeded } from '../../../src/plans/bake/power.ts';
import { stoppedBy, trialsByNormal } from '../../../src/plans/bake/stopping.ts';

const usual: Effect = { baseline: 0.001, effect: 0.01, share: 0.5, alpha: 0.002, power: 0.9 };

/** mulberry32: seeded, so that a failure is one that can be seen again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Request after request, with a test after each error: whether it stopped. It skips to the next error, whose distance is geometric. */
function stops(wanted: Effect, requests: number, faulty: number, random: () => number): boolean {
  const { baseline, share, alpha, effect } = wanted;
  const judged = share * (baseline + faulty);
  const errorRatio = judged + (1 - share) * baseline;
  const alternative = (share * (baseline + effect)) / (share * (baseline + effect) + (1 - share) * baseline);
  let [at, hits, errors] = [0, 0, 0];
  for (;;) {
    at += Math.ceil(Math.log(1 - random()) / Math.log1p(-errorRatio));
    if (at > requests) return false;
    errors += 1;
    if (random() < judged / errorRatio) hits += 1;
    if (logEValue(hits, errors, { null: share, alternative }) >= Math.log(1 / alpha)) return true;
  }
}

function shareOf(runs: number, happens: () => boolean): number {
  let count = 0;
  for (let run = 0; run < runs; run += 1) if (happens()) count += 1;
  return count / runs;
}

describe('the requests that a gate needs', () => {
  it.each([
    [{ ...usual }, 1],
    [{ ...usual, share: 0.05, effect: 0.05 }, 2],
    [{ ...usual, share: 0.25, power: 0.8, alpha: 0.01 }, 3],
  ])('see the effect with the power they are for, by simulation: %o', (wanted, seed) => {
    const random = randomFrom(seed);
    const seen = (requests: number): number => shareOf(4_000, () => stops(wanted, requests, wanted.effect, random));
    const needed = requestsNeeded(wanted);
    // Three standard deviations of the share of 4,000 runs.
    const slack = 3 * Math.sqrt((wanted.power * (1 - wanted.power)) / 4_000);
    expect(seen(needed)).toBeGreaterThan(wanted.power - slack);
    expect(seen(needed)).toBeLessThan(wanted.power + slack + 0.02);
    expect(seen(Math.floor(needed / 2))).toBeLessThan(wanted.power - 0.1);
  });

  it('rest on a test that keeps its level however often it looks: ten times as long, without a fault', () => {
    const wanted = { ...usual, alpha: 0.05, effect: 0.02 };
    const random = randomFrom(4);
    const alarms = shareOf(3_000, () => stops(wanted, 10 * requestsNeeded(wanted), 0, random));
    expect(alarms).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 3_000));
    expect(alarms).toBeGreaterThan(0);
  });

  it('are the closed form where no error is healthy and there is no control', () => {
    for (const effect of [0.001, 0.01, 0.2])
      expect(requestsNeeded({ ...usual, baseline: 0, effect, share: 1 })).toBe(Math.ceil(Math.log(0.1) / Math.log(1 - effect)));
  });

  it('bring the errors of the closed form where only the judged side can have any', () => {
    const wanted = { ...usual, baseline: 0, share: 0.1 };
    // All errors are the twin's; so many decide, and the requests bring so many with the power of the Poisson distribution.
    const errors = Array.from({ length: 20 }, (_, at) => at + 1).find((count) => logEValue(count, count, { null: 0.1, alternative: 1 }) >= Math.log(500)) ?? 0;
    const mean = requestsNeeded(wanted) * 0.1 * 0.01;
    const fewer = Array.from({ length: errors }, (_, at) => at).reduce((sum, at) => sum + (Math.exp(-mean) * mean ** at) / [1, 1, 2, 6, 24, 120][at]!, 0);
    expect(errors).toBeGreaterThan(1);
    expect(1 - fewer).toBeCloseTo(0.9, 3);
  });

  it.each([0.01, 0.05, 0.25, 0.5])('are no fewer than Wald’s bound on the expectation of any such test: share %d', (share) => {
    const wanted = { ...usual, share };
    const judged = share * 0.011;
    const errorRatio = judged + (1 - share) * 0.001;
    const information = divergence({ null: share, alternative: judged / errorRatio });
    // Wald 1945: E[n] >= ((1 - b) ln((1 - b)/a) + b ln(b/(1 - a))) / KL, in errors.
    const bound = (0.9 * Math.log(0.9 / 0.002) + 0.1 * Math.log(0.1 / 0.998)) / information / errorRatio;
    expect(requestsNeeded(wanted)).toBeGreaterThan(bound);
    expect(requestsNeeded(wanted)).toBeLessThan(4 * bound);
  });

  it('grow as the effect, the share and the level fall, and as the power rises', () => {
    const needed = requestsNeeded(usual);
    expect(requestsNeeded({ ...usual, effect: 0.005 })).toBeGreaterThan(needed);
    expect(requestsNeeded({ ...usual, share: 0.05 })).toBeGreaterThan(needed);
    expect(requestsNeeded({ ...usual, alpha: 0.0002 })).toBeGreaterThan(needed);
    expect(requestsNeeded({ ...usual, power: 0.99 })).toBeGreaterThan(needed);
  });

  it('are endless where no error ratio could show the effect', () => {
    expect(requestsNeeded({ ...usual, baseline: 1 })).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    { null: 0.5, alternative: 0.545 },
    { null: 0.01, alternative: 0.03 },
    { null: 0.001, alternative: 0.003 },
  ])('come from an approximation, where they are many, that is within a quarter of the recursion: %o', (hypotheses) => {
    const exact = stoppedBy(hypotheses, 0.002, 0.9).length - 1;
    const ratio = trialsByNormal(hypotheses, 0.002, 0.9, 'counted') / exact;
    expect(ratio).toBeGreaterThan(0.95);
    expect(ratio).toBeLessThan(1.25);
  });
});
