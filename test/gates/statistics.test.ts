import { describe, expect, it } from 'vitest';
import { combine, judge } from '../../src/gates/statistics.ts';
import type { GateOutcome, MetricCheck, Verdict } from '../../src/plans/gate.ts';

const errorRate: MetricCheck = { name: 'error-rate', subject: 's', query: 'q', total: 't', max: 0.01, minRequests: 20 };
const traffic: MetricCheck = { name: 'traffic', subject: 's', query: 'q', min: 1, minRequests: 20 };
const share: MetricCheck = {
  name: 'traffic-share',
  subject: 's',
  query: 'q',
  total: 't',
  min: 0.2,
  max: 0.3,
  minRequests: 20,
};

describe('judging a metric', () => {
  it.each<[string, MetricCheck, number | null, number | null, GateOutcome]>([
    ['no errors', errorRate, 0, 100, 'pass'],
    ['at the limit', errorRate, 0.01, 100, 'pass'],
    ['above the limit', errorRate, 0.02, 100, 'fail'],
    ['no data', errorRate, null, null, 'inconclusive'],
    ['errors without a total', errorRate, 0, null, 'inconclusive'],
    ['too few requests, all bad', errorRate, 1, 19, 'inconclusive'],
    ['zero traffic', traffic, 0, null, 'inconclusive'],
    ['traffic', traffic, 20, null, 'pass'],
    ['a share in its band', share, 0.25, 100, 'pass'],
    ['all of it, but for rounding', { ...share, min: 0.9, max: 1 }, 1 + 1e-12, 100, 'pass'],
    ['a share below', share, 0.19, 100, 'fail'],
    ['a share above', share, 0.31, 100, 'fail'],
  ])('%s', (_, check, value, total, outcome) => {
    expect(judge(check, { value, total }).outcome).toBe(outcome);
  });
});

describe('combining verdicts', () => {
  const of = (...outcomes: GateOutcome[]): Verdict[] =>
    outcomes.map((outcome) => ({ name: 'n', subject: 's', outcome, value: null, requests: null, why: '' }));
  it.each<[GateOutcome, GateOutcome[]]>([
    ['pass', []],
    ['pass', ['pass', 'pass']],
    ['inconclusive', ['pass', 'inconclusive']],
    ['error', ['inconclusive', 'error', 'pass']],
    ['fail', ['error', 'fail', 'pass']],
  ])('%s from %j', (outcome, outcomes) => {
    expect(combine(of(...outcomes))).toBe(outcome);
  });
});
