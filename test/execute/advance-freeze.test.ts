import { describe, expect, it } from 'vitest';
import { planOf } from '../fakes/plan.ts';
import { ModelRun } from '../fakes/run.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { pauseError } from '../../src/execute/pause.ts';
import { fold } from '../../src/journal/fold.ts';

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();
const at = (from: number, until: number, stages: string[]): NonNullable<MigrationPlan['freeze']>[number] => ({
  from: iso(from),
  until: iso(until),
  reason: 'year end',
  stages,
});

/** Three stages of two steps; a gate takes a second, so each stage ends a second after it began. */
function runOf(...freeze: ReturnType<typeof at>[]): ModelRun {
  const plan = planOf([{ steps: 2 }, { steps: 2 }, { steps: 2 }]);
  const run = new ModelRun({ ...plan, ...(freeze.length > 0 && { freeze }) });
  run.goal('forward');
  return run;
}

describe('a freeze', () => {
  it('holds back a stage that has not begun, says until when, and does nothing', () => {
    const run = runOf(at(0, 60, ['stage-0']));
    const end = run.run();
    expect(end).toEqual({ do: 'pause', code: 'freeze', of: 'stage-0', why: `year end, until ${iso(60)}` });
    expect(run.deeds).toEqual([]);
    if (end.do !== 'pause') throw new Error('not reached');
    const error = pauseError(end, fold(run.entries), run.plan);
    expect(error).toMatchObject({ code: 'MW1388', exit: 3 });
    expect(error.causeText).toContain('stage-0 does not begin in a freeze: year end, until 1970-01-01T00:01:00.000Z');
  });

  it('is over at its end, to the millisecond, and begins at its beginning', () => {
    const run = runOf(at(0, 60, ['stage-0']));
    run.now = 59_999;
    expect(run.run()).toMatchObject({ code: 'freeze' });
    run.now = 60_000;
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
    const later = runOf(at(1, 60, ['stage-1']));
    expect(later.run()).toMatchObject({ code: 'freeze', of: 'stage-1' });
    expect([...later.target]).toEqual(['stage-0/step-0', 'stage-0/step-1']);
  });

  it('lets stages of others begin', () => {
    expect(runOf(at(0, 60, ['stage-9'])).run()).toEqual({ do: 'finish', goal: 'end' });
    expect(runOf().run()).toEqual({ do: 'finish', goal: 'end' });
  });

  it('does not hold what has begun: the rest of the stage, and its gate', () => {
    const run = runOf(at(100, 200, ['stage-0', 'stage-1']));
    run.budget = 3;
    expect(() => run.run()).toThrow();
    expect([...run.target]).toEqual(['stage-0/step-0']);
    run.budget = Number.POSITIVE_INFINITY;
    run.now = 150_000;
    expect(run.run()).toMatchObject({ do: 'pause', code: 'freeze', of: 'stage-1' });
    expect([...run.target]).toEqual(['stage-0/step-0', 'stage-0/step-1']);
    expect(fold(run.entries).gates.get('stage-0')?.outcome).toBe('pass');
  });

  it('never holds the way back, nor the retreat of a failed gate', () => {
    const run = runOf(at(100, 200, ['stage-0', 'stage-1', 'stage-2']));
    run.run();
    run.now = 150_000;
    run.goal('back');
    expect(run.run()).toEqual({ do: 'finish', goal: 'start' });
    expect(run.target.size).toBe(0);
    const failing = runOf(at(1.5, 200, ['stage-0', 'stage-1', 'stage-2']));
    failing.gate = (of) => (of === 'stage-1' ? 'fail' : 'pass');
    expect(failing.run()).toEqual({ do: 'finish', goal: 'back to stage-0' });
    expect([...failing.target]).toEqual(['stage-0/step-0', 'stage-0/step-1']);
  });

  it('holds a stage that went back whole as one that never began', () => {
    const run = runOf(at(100, 200, ['stage-0']));
    run.run();
    run.goal('back');
    run.run();
    run.now = 150_000;
    run.goal('forward');
    expect(run.run()).toMatchObject({ code: 'freeze', of: 'stage-0' });
  });

  it('says the end of the last window where one follows on another', () => {
    const run = runOf(
      at(0, 60, ['stage-0']),
      at(50, 90, ['stage-0']),
      at(90, 120, ['stage-0']),
      at(121, 300, ['stage-0']),
    );
    expect(run.run()).toMatchObject({ why: `year end, until ${iso(120)}` });
  });
});
