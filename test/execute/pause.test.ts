import { describe, expect, it } from 'vitest';
import type { PauseCode } from '../../src/execute/decision.ts';
import { pauseError } from '../../src/execute/pause.ts';
import { fold } from '../../src/journal/fold.ts';
import { planOf } from '../fakes/plan.ts';

describe('the reason of a pause', () => {
  it.each<[PauseCode, string, number]>([
    ['step-failed', 'MW1401', 1],
    ['foreign', 'MW1407', 1],
    ['plan-changed', 'MW1604', 7],
    ['no-baseline', 'MW1617', 3],
    ['gate-inconclusive', 'MW1502', 3],
    ['gate-error', 'MW1503', 3],
    ['gate-failed', 'MW1501', 4],
    ['gate-committed', 'MW1410', 3],
    ['commit', 'MW1412', 3],
    ['irreversible', 'MW1406', 7],
    ['no-answer', 'MW1419', 1],
    ['incomplete', 'MW1414', 1],
    ['approval', 'MW1416', 3],
    ['paused', 'MW1417', 3],
    ['veto', 'MW1418', 3],
    ['freeze', 'MW1388', 3],
    ['aborted', 'MW1415', 4],
  ])('%s is %s, exit %i', (code, expected, exit) => {
    const error = pauseError(
      { do: 'pause', code, of: 'stage-0/step-0', why: 'because' },
      fold([]),
      planOf([{ steps: 1 }]),
    );
    expect([error.code, error.exit]).toEqual([expected, exit]);
  });
});
