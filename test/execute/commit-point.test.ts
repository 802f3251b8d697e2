import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pauseError } from '../../src/execute/pause.ts';
import { fold } from '../../src/journal/fold.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { planOf } from '../fakes/plan.ts';
import { Crash, ModelRun } from '../fakes/run.ts';

/** Stages before, one with a commit point at any of its steps, stages after. */
const shapes = fc
  .record({
    before: fc.array(fc.record({ steps: fc.integer({ min: 1, max: 3 }), rungs: fc.boolean() }), { maxLength: 2 }),
    steps: fc.integer({ min: 1, max: 4 }),
    finalFrom: fc.integer({ min: 0, max: 3 }),
    after: fc.array(fc.record({ steps: fc.integer({ min: 1, max: 2 }) }), { maxLength: 2 }),
  })
  .map(({ before, steps, finalFrom, after }) =>
    planOf([...before, { steps, finalFrom: Math.min(finalFrom, steps - 1) }, ...after]),
  );
const budgets = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 });

const allSteps = (plan: MigrationPlan): string[] => plan.stages.flatMap(({ steps }) => steps.map(({ id }) => id));
const finals = ({ stages }: MigrationPlan): string[] =>
  stages.flatMap(({ steps }) => steps.filter(({ revert }) => revert === 'irreversible').map(({ id }) => id));
const before = (plan: MigrationPlan, id: string): string[] => allSteps(plan).slice(0, allSteps(plan).indexOf(id));

/** Goes on after every crash with ever the same command; returns what it came to. */
function untilEnd(run: ModelRun, goal: Parameters<ModelRun['goal']>, budgetsLeft: readonly number[]): string {
  const left = [...budgetsLeft];
  for (;;) {
    run.budget = left.shift() ?? Number.POSITIVE_INFINITY;
    try {
      run.goal(...goal);
      const end = run.run();
      return end.do === 'finish' ? end.goal : end.do === 'pause' ? end.code : end.do;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
}

function crashAfter(run: ModelRun, budget: number): void {
  run.budget = budget;
  try {
    run.goal('forward', null, true);
    run.run();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
  run.budget = Number.POSITIVE_INFINITY;
}

describe('the commit point', () => {
  it('is not passed by a run that nobody allowed to, from any crash', () => {
    fc.assert(
      fc.property(shapes, budgets, (plan, crashes) => {
        const run = new ModelRun(plan);
        expect(untilEnd(run, ['forward'], crashes)).toBe('commit');
        expect([...run.target]).toEqual(before(plan, finals(plan)[0] ?? ''));
      }),
    );
  });

  it('is passed once, from any crash, when somebody allowed it', () => {
    fc.assert(
      fc.property(shapes, budgets, (plan, crashes) => {
        const run = new ModelRun(plan);
        expect(untilEnd(run, ['forward', null, true], crashes)).toBe('end');
        expect(run.deeds).toEqual(allSteps(plan).map((id) => `apply ${id}`));
      }),
    );
  });

  it('lets a way back go all the way or not begin: never half of it, whenever it was interrupted', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 0, max: 70 }), budgets, (plan, reach, crashes) => {
        const run = new ModelRun(plan);
        crashAfter(run, reach);
        const stood = [...run.target];
        run.deeds.length = 0;
        const isPast = finals(plan).some((id) => stood.includes(id));
        expect(untilEnd(run, ['back'], crashes)).toBe(isPast ? 'irreversible' : 'start');
        expect([...run.target]).toEqual(isPast ? stood : []);
        expect(run.deeds).toEqual(isPast ? [] : stood.toReversed().map((id) => `revert ${id}`));
      }),
    );
  });

  it('does not stand in the way back of the stages after it', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 2, finalFrom: 1 }, { steps: 1 }]));
    run.goal('forward', null, true);
    run.run();
    run.goal('back', 'stage-1');
    expect(run.run()).toEqual({ do: 'finish', goal: 'back to stage-1' });
    expect([...run.target]).toEqual(['stage-0/step-0', 'stage-1/step-0', 'stage-1/step-1']);
    run.goal('back', 'stage-0');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'irreversible', of: 'stage-1/step-1' });
    expect(run.target.size).toBe(3);
  });

  it('is reached without a word by a goal that ends before it', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 1, finalFrom: 0 }]));
    run.goal('forward', 'stage-0');
    expect(run.run()).toEqual({ do: 'finish', goal: 'stage-0' });
  });

  /** The step was tried and failed; the target says how far it came. */
  function failed(isApplied: boolean): ModelRun {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 1, finalFrom: 0 }]));
    run.goal('forward');
    run.run();
    const step = run.plan.stages[1]?.steps[0];
    const head = { step: step?.id ?? '', stepHash: step?.hash ?? '', direction: 'apply', attempt: 1 } as const;
    run.append({ type: 'intent', ...head, before: [] });
    if (isApplied) run.target.add(head.step);
    run.append({ type: 'result', ...head, outcome: 'failed', after: [], error: { code: 'MW1433', message: 'x' } });
    return run;
  }

  it('counts as not passed when its step failed and changed nothing', () => {
    const run = failed(false);
    run.goal('back');
    expect(run.run()).toEqual({ do: 'finish', goal: 'start' });
    expect(run.target.size).toBe(0);
  });

  it('counts as passed when its step failed half-way', () => {
    const run = failed(true);
    run.goal('back');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'irreversible' });
    expect(run.target.size).toBe(2);
  });

  it('makes a failed gate of its stage a pause, not a retreat', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 2, finalFrom: 1 }]));
    run.gate = (of) => (of === 'stage-1' ? 'fail' : 'pass');
    run.goal('forward', null, true);
    expect(run.run()).toMatchObject({ do: 'pause', code: 'gate-committed', of: 'stage-1' });
    expect(run.target.size).toBe(3);
    run.gate = () => 'pass';
    run.goal('forward');
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
  });

  it('leaves a rung before it its retreat', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 2, rungs: true, finalFrom: 1 }]));
    run.gate = (of) => (of === 'stage-1/step-0' ? 'fail' : 'pass');
    run.goal('forward', null, true);
    expect(run.run()).toEqual({ do: 'finish', goal: 'back to stage-0' });
    expect([...run.target]).toEqual(['stage-0/step-0']);
  });
});

describe('what wants a stage back past the commit point', () => {
  /** The step after the commit point fails until it is mended. */
  function halfCommitted(): ModelRun {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 3, finalFrom: 1 }]));
    run.fails = (step) => (step === 'stage-1/step-2' ? 'MW1402' : undefined);
    run.goal('forward', null, true);
    expect(run.run()).toMatchObject({ do: 'pause', code: 'step-failed' });
    return run;
  }

  it('is refused when it is an abort, and the run is finished by the next goal', () => {
    const run = halfCommitted();
    run.append({ type: 'note', note: { about: 'control', action: 'abort', by: 'ann', why: 'a test' } });
    expect(run.run()).toMatchObject({ do: 'pause', code: 'irreversible', of: 'stage-1/step-1' });
    expect(fold(run.entries).goal).toMatchObject({ direction: 'forward' });
    run.fails = () => undefined;
    run.goal('forward');
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
  });

  it('pauses when it is the gate of an earlier stage, and names the step', () => {
    const run = halfCommitted();
    run.append({ type: 'gate', of: 'stage-0', outcome: 'fail', phase: 'watch', verdicts: [] });
    const end = run.run();
    expect(end).toMatchObject({ do: 'pause', code: 'gate-committed', of: 'stage-0' });
    if (end.do !== 'pause') return;
    expect(pauseError(end, fold(run.entries), run.plan)).toMatchObject({
      code: 'MW1410',
      args: { step: 'stage-1/step-1' },
    });
    run.fails = () => undefined;
    run.goal('forward');
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
  });

  it('goes back when the target says that the step changed nothing', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 1, finalFrom: 0 }]));
    run.fails = (step) => (step === 'stage-1/step-0' ? 'MW1413' : undefined);
    run.goal('forward', null, true);
    run.run();
    run.append({ type: 'gate', of: 'stage-0', outcome: 'fail', phase: 'watch', verdicts: [] });
    expect(run.run()).toEqual({ do: 'finish', goal: 'start' });
    expect(run.target.size).toBe(0);
  });
});
