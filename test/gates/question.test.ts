import { describe, expect, it } from 'vitest';
import { questionOf, sampleOf, type Point } from '../../src/gates/question.ts';
import { burstCheck, errorsCheck, latencyCheck } from '../fakes/checks.ts';

const point = (part: string, value: number, more: Record<string, string> = {}): Point => ({
  labels: { part, ...more },
  value,
});

describe('a question to a server of metrics', () => {
  it('asks all parts at once, with the time since the bake began in them', () => {
    const check = {
      ...errorsCheck,
      judged: { ...errorsCheck.judged, requests: 'x - x offset $SINCE and up < $SECONDS' },
    };
    expect(questionOf(check, 45_500)).toBe(
      'label_replace(x - x offset 45500ms and up < 45.5, "part", "judged.requests", "", "") or ' +
        'label_replace(je, "part", "judged.errors", "", "") or ' +
        'label_replace(cr, "part", "control.requests", "", "") or ' +
        'label_replace(ce, "part", "control.errors", "", "")',
    );
  });

  it('asks for no time of nothing, which a server would refuse', () => {
    expect(questionOf({ ...burstCheck, query: 'x offset $SINCE' }, 0)).toContain('x offset 1ms');
  });

  it('takes what is not there, and NaN, for no data', () => {
    const all = [
      point('judged.requests', 10),
      point('judged.errors', 1),
      point('control.requests', 20),
      point('control.errors', 0),
    ];
    const of = (points: Point[]): unknown => sampleOf(errorsCheck, 'q', points);
    expect(of(all)).toEqual({
      test: 'errors',
      query: 'q',
      judged: { requests: 10, errors: 1 },
      control: { requests: 20, errors: 0 },
    });
    expect(of(all.slice(0, 3))).toMatchObject({ control: null });
    expect(of([])).toMatchObject({ judged: null, control: null });
    expect(of([point('judged.requests', Number.NaN), ...all.slice(1)])).toMatchObject({ judged: null });
    expect(sampleOf(burstCheck, 'q', [point('total', 5)])).toEqual({
      test: 'tripwire',
      query: 'q',
      value: null,
      total: 5,
    });
  });

  it('orders the buckets of a histogram, and takes one without its last for none', () => {
    const bucket = (le: string, value: number): Point => point('judged', value, { le });
    const judged = [bucket('+Inf', 9), bucket('10', 5), bucket('5', 1), bucket('odd', 7)];
    expect(sampleOf(latencyCheck, 'q', judged)).toEqual({
      test: 'latency',
      query: 'q',
      judged: [
        { boundMs: 5, count: 1 },
        { boundMs: 10, count: 5 },
        { boundMs: Number.POSITIVE_INFINITY, count: 9 },
      ],
      control: null,
    });
    expect(sampleOf(latencyCheck, 'q', judged.slice(1))).toMatchObject({ judged: null });
  });
});
