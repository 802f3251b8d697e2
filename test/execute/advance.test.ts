import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { planOf } from '../fakes/plan.ts';
import { Crash, ModelRun } from '../fakes/run.ts';

const shapes = fc.array(fc.record({ steps: fc.integer({ min: 1, max: 4 }), rungs: fc.boolean() }), {
  minLength: 1,
  maxLength: 4,
});
const allSteps = (plan: MigrationPlan): string[] => plan.stages.flatMap(({ steps }) => steps.map(({ id }) => id));

/** Goes on after every crash, as an operator would, with ever the same command. */
function untilEnd(run: ModelRun, direction: 'forward' | 'back', budgets: readonly number[]): string {
  const left = [...budgets];
  for (;;) {
    run.budget = left.shift() ?? Number.POSITIVE_INFINITY;
    try {
      run.goal(direction);
      const end = run.run();
      return end.do === 'finish' ? end.goal : end.do;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
}

describe('advance', () => {
  it('reaches the end from any crash, and does each step once', () => {
    fc.assert(
      fc.property(shapes, fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 }), (shape, budgets) => {
        const run = new ModelRun(planOf(shape));
        expect(untilEnd(run, 'forward', budgets)).toBe('end');
        expect([...run.target]).toEqual(allSteps(run.plan));
        expect(run.deeds).toEqual(allSteps(run.plan).map((id) => `apply ${id}`));
      }),
    );
  });

  it('comes back to the start from any crash, in the opposite order', () => {
    fc.assert(
      fc.property(
        shapes,
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 20 }),
        (shape, reach, budgets) => {
          const run = new ModelRun(planOf(shape));
          run.budget = reach;
          try {
            run.goal('forward');
            run.run();
          } catch (error) {
            if (!(error instanceof Crash)) throw error;
          }
          const applied = [...run.target];
          run.deeds.length = 0;
          expect(untilEnd(run, 'back', budgets)).toBe('start');
          expect(run.target.size).toBe(0);
          expect(run.deeds).toEqual(applied.toReversed().map((id) => `revert ${id}`));
        },
      ),
    );
  });

  it('asks the target about an intent without a result before it acts again', () => {
    const run = new ModelRun(planOf([{ steps: 2 }]));
    run.goal('forward');
    run.budget = 2;
    expect(() => run.run()).toThrow(Crash);
    run.budget = Number.POSITIVE_INFINITY;
    run.goal('forward');
    run.run();
    const about = run.entries.map((entry) => (entry.type === 'note' ? entry.note.about : entry.type));
    expect(about.slice(0, 8)).toEqual(['opened', 'goal', 'intent', 'goal', 'asked', 'intent', 'result', 'intent']);
    expect(run.deeds).toEqual(['apply stage-0/step-0', 'apply stage-0/step-1']);
  });

  it('stops at the stage the goal names, and goes back to it', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 1 }, { steps: 1 }]));
    run.goal('forward', 'stage-1');
    expect(run.run()).toEqual({ do: 'finish', goal: 'stage-1' });
    expect([...run.target]).toEqual(['stage-0/step-0', 'stage-1/step-0']);
    run.goal('back', 'stage-0');
    expect(run.run()).toEqual({ do: 'finish', goal: 'back to stage-0' });
    expect([...run.target]).toEqual(['stage-0/step-0']);
  });

  it('takes a stage back when its gate fails, and nothing before it', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 3, rungs: true }]));
    run.gate = (of) => (of === 'stage-1/step-1' ? 'fail' : 'pass');
    run.goal('forward');
    expect(run.run()).toEqual({ do: 'finish', goal: 'back to stage-0' });
    expect([...run.target]).toEqual(['stage-0/step-0']);
    expect(run.deeds.slice(-2)).toEqual(['revert stage-1/step-1', 'revert stage-1/step-0']);
  });

  it.each(['inconclusive', 'error'] as const)(
    'never passes a gate that is %s: it asks again, then pauses',
    (outcome) => {
      const run = new ModelRun(planOf([{ steps: 1 }, { steps: 1 }]));
      run.gate = () => outcome;
      run.goal('forward');
      expect(run.run()).toMatchObject({ do: 'pause', code: `gate-${outcome}`, of: 'stage-0' });
      expect(run.entries.filter(({ type }) => type === 'gate').length).toBeGreaterThan(3);
      expect([...run.target]).toEqual(['stage-0/step-0']);
      run.gate = () => 'pass';
      run.goal('forward');
      expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
    },
  );

  it('watches a gate for its whole bake before it is asked', () => {
    const run = new ModelRun(planOf([{ steps: 1 }]));
    run.goal('forward');
    run.run();
    const baking = run.entries.find((entry) => entry.type === 'note' && entry.note.about === 'baking');
    const asked = run.entries.find(({ type }) => type === 'gate');
    expect(Date.parse(asked?.at ?? '') - Date.parse(baking?.at ?? '')).toBe(1_000);
  });

  it('stops when a step that was begun has another hash now', () => {
    const run = new ModelRun(planOf([{ steps: 1 }]));
    run.goal('forward');
    run.append({
      type: 'intent',
      step: 'stage-0/step-0',
      stepHash: 'sha256:other',
      direction: 'apply',
      attempt: 1,
      before: [],
    });
    expect(run.run()).toMatchObject({ do: 'pause', code: 'plan-changed' });
  });

  it('pauses at something foreign and names who', () => {
    const run = new ModelRun(planOf([{ steps: 1 }]));
    const step = run.plan.stages[0]?.steps[0];
    run.goal('forward');
    run.append({
      type: 'intent',
      step: step?.id ?? '',
      stepHash: step?.hash ?? '',
      direction: 'apply',
      attempt: 1,
      before: [],
    });
    run.append({ type: 'note', note: { about: 'asked', step: step?.id ?? '', answer: 'foreign', who: 'helm' } });
    expect(run.run()).toMatchObject({ do: 'pause', code: 'foreign', why: 'helm' });
    expect(run.deeds).toEqual([]);
  });

  it('lets no traffic wait for a person on the way back, and nobody leave the mesh before that person was there', () => {
    const shape = [{ steps: 1 }, { steps: 2, move: 'shift' }, { steps: 2, byHand: 1, move: 'retire' }] as const;
    const run = new ModelRun(planOf(shape));
    run.goal('forward');
    run.run();
    run.deeds.length = 0;
    run.goal('back');
    expect(run.run()).toEqual({ do: 'finish', goal: 'start' });
    expect(run.deeds).toEqual(
      ['stage-2/step-0', 'stage-1/step-1', 'stage-1/step-0', 'stage-2/step-1', 'stage-0/step-0'].map(
        (id) => `revert ${id}`,
      ),
    );
    const partly = new ModelRun(planOf(shape));
    partly.goal('forward');
    partly.run();
    partly.goal('back', 'stage-0');
    partly.run();
    expect([...partly.target]).toEqual(['stage-0/step-0']);
    expect(partly.deeds.at(-1)).toBe('revert stage-2/step-1');
  });
});
