import { describe, expect, it } from 'vitest';
import type { Counts } from '../../src/gates/sample.ts';
import { judge } from '../../src/gates/statistics.ts';
import { Dice } from '../generators/dice.ts';
import type { TrafficCase } from '../generators/traffic-case.ts';
import { trafficStream } from '../generators/traffic-streams.ts';
import { errorsCheck } from '../fakes/checks.ts';

const STREAMS = 300;
/** One rung of five has a fifth of a stage's 1 %. */
const LEVEL = 0.002;

/** When a gate that is looked at at each scrape rolls back, in seconds; nothing where it never does. */
function rolledBackAt(one: TrafficCase, seed: number, shareIgnored: boolean): number | undefined {
  const dice = new Dice(seed);
  let errors = 0;
  for (const { judged, control, seconds } of trafficStream(one, () => dice.next())) {
    if (judged.errors === errors) continue;
    errors = judged.errors;
    // A judge that takes all sides for equally large is what the test below has to notice.
    const beside: Counts = shareIgnored ? { ...control, requests: judged.requests } : control;
    const sample = { test: 'errors' as const, query: '', judged, control: beside };
    if (judge(errorsCheck, sample, { elapsedMs: seconds * 1000 }).outcome === 'fail') return seconds;
  }
  return undefined;
}

const times = (one: TrafficCase, shareIgnored = false): (number | undefined)[] =>
  Array.from({ length: STREAMS }, (_, seed) => rolledBackAt(one, seed + 1, shareIgnored));

/** The most that a binomial number of so many streams may be, but for one chance in a thousand and more. */
const most = (level: number): number => Math.ceil(STREAMS * level + 4 * Math.sqrt(STREAMS * level));

describe('synthetic traffic', () => {
  const healthy = { rate: 100, baseline: 0.004, fault: 0, seconds: 600 };
  const kinds = (['independent', 'shared', 'own'] as const).flatMap((minutes) =>
    [0.1, 0.9].map((share) => ({ ...healthy, minutes, share })),
  );

  it.each(kinds)(
    'without a fault is rolled back no more often than the level says: $minutes minutes, a share of $share',
    (one) => {
      expect(times(one).filter((seconds) => seconds !== undefined).length).toBeLessThanOrEqual(most(LEVEL));
    },
  );

  it('would be, were the split of the traffic ignored', () => {
    const one: TrafficCase = { ...healthy, minutes: 'independent', share: 0.9 };
    expect(times(one, true).filter((seconds) => seconds !== undefined).length).toBeGreaterThan(most(LEVEL));
  });

  it.each([0.1, 0.5])(
    'with a fault of 5 %% is always rolled back, within a minute in the median, at a share of %d',
    (share) => {
      const found = times({ ...healthy, baseline: 0.001, fault: 0.05, minutes: 'independent', share });
      expect(found).not.toContain(undefined);
      expect(found.map(Number).toSorted((a, b) => a - b)[STREAMS / 2]).toBeLessThanOrEqual(60);
    },
  );
});
