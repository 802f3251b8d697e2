import { describe, expect, it } from 'vitest';
import type { Counts, Histogram, Sample } from '../../src/gates/sample.ts';
import { judge } from '../../src/gates/statistics.ts';
import { combine } from '../../src/gates/verdict.ts';
import type { GateOutcome, MetricCheck } from '../../src/plans/gate.ts';
import { burstCheck, errorsAloneCheck, errorsCheck, latencyCheck, ratioCheck } from '../fakes/checks.ts';

const MINUTE = { elapsedMs: 60_000 };
const outcomeOf = (check: MetricCheck, sample: Sample, elapsed = MINUTE): GateOutcome =>
  judge(check, sample, elapsed).outcome;

describe('a threshold', () => {
  const traffic: MetricCheck = {
    name: 'traffic',
    test: 'threshold',
    subject: 's',
    query: 'q',
    min: 1,
    minRequests: 20,
  };
  const share: MetricCheck = { ...ratioCheck, name: 'traffic-share', min: 0.2, max: 0.3 };
  it.each<[string, MetricCheck, number | null, number | null, GateOutcome]>([
    ['no errors', ratioCheck, 0, 100, 'pass'],
    ['at the limit', ratioCheck, 0.01, 100, 'pass'],
    ['above the limit', ratioCheck, 0.02, 100, 'fail'],
    ['no data', ratioCheck, null, null, 'inconclusive'],
    ['NaN', ratioCheck, Number.NaN, 100, 'inconclusive'],
    ['a total that is NaN', ratioCheck, 0, Number.NaN, 'inconclusive'],
    ['errors without a total', ratioCheck, 0, null, 'inconclusive'],
    ['too few requests, all bad', ratioCheck, 1, 19, 'inconclusive'],
    ['zero traffic', traffic, 0, null, 'inconclusive'],
    ['traffic', traffic, 20, null, 'pass'],
    ['a share in its band', share, 0.25, 100, 'pass'],
    ['all of it, but for rounding', { ...share, min: 0.9, max: 1 }, 1 + 1e-12, 100, 'pass'],
    ['a share below', share, 0.19, 100, 'fail'],
    ['a share above', share, 0.31, 100, 'fail'],
  ])('%s', (_, check, value, total, outcome) => {
    expect(outcomeOf(check, { test: 'threshold', query: 'q', value, total })).toBe(outcome);
  });
});

describe('errors beside a control', () => {
  const of = (requests: number, errors: number): Counts => ({ requests, errors });
  it.each<[string, Counts | null, Counts | null, GateOutcome]>([
    ['both healthy', of(5000, 5), of(5000, 5), 'pass'],
    ['three percent of the twin’s alone', of(2000, 60), of(2000, 2), 'fail'],
    ['the same of both: whatever it is, it is not the twin', of(2000, 60), of(2000, 60), 'pass'],
    ['three percent of the control’s alone', of(2000, 2), of(2000, 60), 'pass'],
    ['twice the control’s errors, and still fewer than is healthy', of(200_000, 100), of(200_000, 10), 'pass'],
    ['all of few requests', of(15, 15), of(300, 0), 'fail'],
    ['one error', of(15, 1), of(300, 0), 'pass'],
    ['no data', null, null, 'inconclusive'],
    ['no data of the twin', null, of(5000, 5), 'inconclusive'],
    ['no data of the control', of(5000, 5), null, 'inconclusive'],
    ['NaN', of(5000, Number.NaN), of(5000, 5), 'inconclusive'],
    ['a count below nothing', of(5000, -1), of(5000, 5), 'inconclusive'],
    ['no request anywhere', of(0, 0), of(0, 0), 'inconclusive'],
    ['no request at the twin', of(0, 0), of(5000, 5), 'inconclusive'],
    ['no request beside it', of(5000, 5), of(0, 0), 'inconclusive'],
    ['too few requests', of(9, 0), of(10, 0), 'inconclusive'],
    ['more errors than requests, by a scrape between', of(2000, 2001), of(2000, 2), 'fail'],
  ])('%s', (_, judged, control, outcome) => {
    expect(outcomeOf(errorsCheck, { test: 'errors', query: 'q', judged, control })).toBe(outcome);
  });

  it('says in its verdict what it counted, what it made of it, and what was asked', () => {
    const sample: Sample = { test: 'errors', query: 'asked', judged: of(2000, 60), control: of(2000, 2) };
    expect(judge(errorsCheck, sample, MINUTE)).toMatchObject({
      outcome: 'fail',
      value: 0.03,
      requests: 4000,
      query: 'asked',
      stopAt: 500,
      evidence: 'concurrent',
      counts: { judged: 2000, judgedErrors: 60, control: 2000, controlErrors: 2 },
    });
    expect(judge(errorsCheck, sample, MINUTE).eValue).toBeGreaterThan(500);
  });

  it('has an e-value that a journal can hold, however clear the fault', () => {
    const { eValue } = judge(
      errorsCheck,
      { test: 'errors', query: 'q', judged: of(1e6, 1e6), control: of(1e6, 0) },
      MINUTE,
    );
    expect(Number.isFinite(eValue)).toBe(true);
  });

  it('takes no answer to another question', () => {
    expect(outcomeOf(errorsCheck, { test: 'threshold', query: 'q', value: 0, total: 100 })).toBe('inconclusive');
  });
});

describe('errors without a control', () => {
  const of = (check: Partial<typeof errorsAloneCheck>, requests: number, errors: number): [MetricCheck, Sample] => [
    { ...errorsAloneCheck, ...check },
    { test: 'errors', query: 'q', judged: { requests, errors }, control: null },
  ];
  it.each<[string, [MetricCheck, Sample], GateOutcome]>([
    ['healthy', of({}, 5000, 5), 'pass'],
    ['none at all', of({}, 5000, 0), 'pass'],
    ['three percent', of({}, 1000, 30), 'fail'],
    ['one error of few, which a threshold would have taken for a fault', of({}, 100, 1), 'pass'],
    ['one error where none is healthy', of({ baseline: 0 }, 100, 1), 'fail'],
    ['anything, where all errors are healthy', of({ baseline: 1 }, 100, 100), 'pass'],
    ['all requests, with a baseline and an effect above 1', of({ baseline: 0.1, effect: 0.95 }, 1000, 1000), 'fail'],
    ['no request', of({}, 0, 0), 'inconclusive'],
    ['too few', of({}, 19, 0), 'inconclusive'],
  ])('%s', (_, [check, sample], outcome) => {
    expect(outcomeOf(check, sample)).toBe(outcome);
  });

  it('are marked as the weaker evidence', () => {
    expect(judge(...of({}, 5000, 5), MINUTE).evidence).toBe('baseline');
  });
});

describe('latencies beside a control', () => {
  const bounds = [5, 10, 25, 50, 100, 250, Number.POSITIVE_INFINITY];
  const histogram = (...counts: number[]): Histogram =>
    bounds.map((boundMs, at) => ({ boundMs, count: counts[at] ?? 0 }));
  const healthy = histogram(800, 1500, 1900, 1980, 1995, 2000, 2000);
  it.each<[string, Histogram | null, Histogram | null, GateOutcome]>([
    ['alike', healthy, healthy, 'pass'],
    ['a p99 that has tripled', histogram(800, 1500, 1800, 1850, 1900, 2000, 2000), healthy, 'fail'],
    [
      'half as slow again, which the tolerance covers',
      histogram(500, 1300, 1850, 1965, 1992, 2000, 2000),
      healthy,
      'pass',
    ],
    ['a control that is slower', healthy, histogram(100, 200, 400, 800, 1900, 2000, 2000), 'pass'],
    ['no data', null, healthy, 'inconclusive'],
    ['no data of the control', healthy, null, 'inconclusive'],
    ['no request', histogram(), healthy, 'inconclusive'],
    ['no request beside it', healthy, histogram(), 'inconclusive'],
    ['empty', [], healthy, 'inconclusive'],
    ['buckets that fall', histogram(10, 5, 20, 20, 20, 20, 20), healthy, 'inconclusive'],
    ['too few requests', histogram(1, 1, 1, 1, 1, 1, 1), histogram(2, 2, 2, 2, 2, 2, 2), 'inconclusive'],
  ])('%s', (_, judged, control, outcome) => {
    expect(outcomeOf(latencyCheck, { test: 'latency', query: 'q', judged, control })).toBe(outcome);
  });
});

describe('a tripwire', () => {
  const of = (value: number | null, total: number | null): Sample => ({ test: 'tripwire', query: 'q', value, total });
  const silence: MetricCheck = {
    name: 'silence',
    test: 'tripwire',
    subject: 's',
    query: 'q',
    min: 0.5,
    minRequests: 0,
    forSeconds: 30,
    tally: burstCheck.tally,
  };
  it.each<[string, MetricCheck, Sample, number, GateOutcome]>([
    ['below its limit', burstCheck, of(0.1, 100), 60, 'pass'],
    ['at once after its time', burstCheck, of(0.26, 100), 30, 'fail'],
    ['not before', burstCheck, of(1, 100), 29, 'inconclusive'],
    ['too few requests to trip', burstCheck, of(1, 19), 60, 'pass'],
    ['no data', burstCheck, of(null, null), 60, 'inconclusive'],
    ['a ratio of nothing', burstCheck, of(Number.NaN, 0), 60, 'pass'],
    ['NaN of enough', burstCheck, of(Number.NaN, 100), 60, 'inconclusive'],
    ['calls that have stopped', silence, of(0, null), 60, 'fail'],
    ['calls', silence, of(300, null), 60, 'pass'],
    ['a proxy that is not scraped', silence, of(null, null), 60, 'inconclusive'],
  ])('%s', (_, check, sample, seconds, outcome) => {
    expect(outcomeOf(check, sample, { elapsedMs: seconds * 1000 })).toBe(outcome);
  });
});

describe('combining verdicts', () => {
  it.each<[GateOutcome, GateOutcome[]]>([
    ['pass', []],
    ['pass', ['pass', 'pass']],
    ['inconclusive', ['pass', 'inconclusive']],
    ['error', ['inconclusive', 'error', 'pass']],
    ['fail', ['error', 'fail', 'pass']],
  ])('%s from %j', (outcome, outcomes) => {
    expect(combine(outcomes.map((one) => ({ outcome: one })))).toBe(outcome);
  });
});
