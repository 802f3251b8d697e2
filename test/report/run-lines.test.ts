import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunEvent } from '../../src/execute/events.ts';
import { runLines } from '../../src/report/run-lines.ts';

const asked = (value: number, outcome: 'pass' | 'inconclusive'): RunEvent => ({
  event: 'gate.asked',
  of: 'join-web',
  outcome,
  verdicts: [{ name: 'traffic', subject: 'web', outcome, value, requests: value, why: `${value} requests` }],
});

describe('a run as lines', () => {
  let printed: string[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    printed = [];
  });
  afterEach(() => vi.useRealTimers());
  const open = (): ReturnType<typeof runLines> =>
    runLines(
      (text) => printed.push(text),
      () => new Date(0),
    );

  it('carries the time on every line', () => {
    open().watch({ event: 'run.opened', run: 'shop-1', plan: 'shop', resumed: false });
    expect(printed).toEqual(['1970-01-01T00:00:00.000Z run shop-1 of plan shop begins']);
  });

  it('says again what a gate says only when more than its figures changed', () => {
    const { watch } = open();
    for (const event of [asked(1, 'inconclusive'), asked(2, 'inconclusive'), asked(30, 'pass')]) watch(event);
    expect(printed.filter((line) => line.includes('gate'))).toHaveLength(2);
  });

  it('breaks a long silence, and ends with the run', () => {
    const lines = open();
    lines.watch({
      event: 'step.started',
      stage: 'join-web',
      step: 'join-web/enrol',
      direction: 'apply',
      attempt: 1,
      interruption: 'restart',
    });
    vi.advanceTimersByTime(31_000);
    expect(printed.at(-1)).toContain('still at it: join-web/enrol: apply [restart]');
    lines.close();
    vi.advanceTimersByTime(120_000);
    expect(printed).toHaveLength(2);
  });
});
