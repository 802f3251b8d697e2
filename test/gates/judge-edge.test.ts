import { describe, expect, test } from 'vitest';
import { judgeEdge, lnSilence } from '../../src/gates/judge-edge.ts';
import type { EdgeBefore, EdgeCounts } from '../../src/gates/sample.ts';
import type { Replay } from '../../src/plans/gate.ts';

const replay: Replay = { windowSeconds: 60, baseline: 0.01, effect: 0.01, stopAt: 2000, edges: [], names: [] };
const before = (more: Partial<EdgeBefore> = {}): EdgeBefore => ({
  subject: 'vm-a to b',
  earlier: 300,
  later: 300,
  failed: 0,
  refused: 0,
  ...more,
});
const after = (more: Partial<EdgeCounts> = {}): EdgeCounts => ({ calls: 600, failed: 0, refused: 0, ...more });
const span = (seconds: number, horizonSeconds = 120): { elapsedMs: number; horizonMs: number } => ({
  elapsedMs: seconds * 1000,
  horizonMs: horizonSeconds * 1000,
});
const rare = before({ earlier: 2, later: 1 });
const none = after({ calls: 0 });

describe('a call that was seen before a stage', () => {
  test.each([
    ['goes on', before(), after(), span(60), 'pass', '600 calls, 0 failed and 0 refused; before the stage 600 calls'],
    ['was silent, and is', before({ earlier: 0, later: 0 }), none, span(60), 'pass', 'silent, as for 60 s before'],
    ['was silent, and is not', before({ earlier: 0, later: 0 }), after(), span(60), 'pass', '600 calls'],
    ['is silent, and may only be late', before(), none, span(10), 'inconclusive', 'none in 10 s, and 600 in 60 s'],
    ['is silent for longer than a scrape may be late', before(), none, span(65), 'fail', 'none in 65 s'],
    [
      'is silent for that long, but was no more than steady enough to wait for',
      before({ earlier: 5, later: 5 }),
      none,
      span(90),
      'inconclusive',
      'p = 0.0001',
    ],
    [
      'is so seldom that the gate cannot tell',
      rare,
      none,
      span(60),
      'pass',
      'too seldom, or too uneven, for this gate to tell',
    ],
    ['came in one burst', before({ earlier: 600, later: 0 }), none, span(90), 'pass', 'too uneven'],
    ['is not counted', before(), after({ calls: null }), span(60), 'inconclusive', 'no data'],
    ['has no count of refusals', before(), after({ refused: null }), span(60), 'inconclusive', 'no data'],
    ['fails anew', before(), after({ failed: 60 }), span(60), 'fail', '60 failed'],
    ['is refused anew', before(), after({ refused: 60 }), span(60), 'fail', '60 refused'],
    [
      'fails as before',
      before({ failed: 60 }),
      after({ failed: 60 }),
      span(60),
      'pass',
      '60 failed and 0 refused; before',
    ],
    [
      'failed before, and is refused now',
      before({ failed: 60 }),
      after({ refused: 60 }),
      span(60),
      'fail',
      '60 refused; before',
    ],
    ['fails no more than is healthy', before(), after({ failed: 6 }), span(60), 'pass', '6 failed'],
    ['was silent, and fails', before({ earlier: 0, later: 0 }), after({ failed: 600 }), span(60), 'fail', '600 failed'],
  ] as const)('%s', (_, was, is, at, outcome, why) => {
    const verdict = judgeEdge(replay, was, is, at);
    expect(verdict).toMatchObject({ outcome });
    expect(verdict.why).toContain(why);
  });

  test('of which nothing is on record decides nothing', () => {
    expect(judgeEdge(replay, undefined, after(), span(60))).toMatchObject({
      outcome: 'inconclusive',
      why: expect.stringContaining('on record') as string,
    });
  });
});

describe('silence by chance', () => {
  test('is less likely the longer it lasts and the more there was, and never less than a known rate would make it', () => {
    for (const half of [1, 5, 50])
      for (const seconds of [1, 30, 300]) {
        const ln = lnSilence({ earlier: half, later: half }, 60_000, seconds * 1000);
        expect(ln).toBeGreaterThanOrEqual((-2 * half * seconds) / 60);
        expect(ln).toBeGreaterThan(lnSilence({ earlier: half, later: half }, 60_000, seconds * 1000 + 1000));
        expect(ln).toBeGreaterThan(lnSilence({ earlier: half + 1, later: half + 1 }, 60_000, seconds * 1000));
      }
  });

  test('is what it is by the conditional test: ten of ten calls before, in one of two windows alike', () => {
    expect(Math.exp(lnSilence({ earlier: 5, later: 5 }, 60_000, 60_000))).toBeCloseTo(2 ** -10, 12);
  });
});
