import { describe, expect, it } from 'vitest';
import type { FailureBudget } from '../../src/estate/people-policy.ts';
import { tallyOf } from '../../src/execute/aside.ts';
import { leftLines } from '../../src/execute/pause.ts';
import { fold } from '../../src/journal/fold.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { planOf } from '../fakes/plan.ts';
import { ModelRun } from '../fakes/run.ts';

const none = { failed: 0, unreachable: 0, unknown: 0, skipped: 0 };

/** Four stages in two waves; the third needs the first. */
function budgeted(run: Partial<FailureBudget['run']>, wave: Partial<FailureBudget['run']> = run): MigrationPlan {
  const plan = planOf([{ steps: 2 }, { steps: 1 }, { steps: 1 }, { steps: 1 }]);
  const stages = plan.stages.map((stage, at) => ({
    ...stage,
    wave: at < 2 ? 1 : 2,
    ...(at === 2 && { needs: ['stage-0'] }),
  }));
  return { ...plan, stages, failureBudget: { run: { ...none, ...run }, wave: { ...none, ...wave } } };
}

const standing = (run: ModelRun): string[] => [...run.target];

describe('a failure budget', () => {
  it('lets a run go on without a stage that failed, and without those that need it', () => {
    const run = new ModelRun(budgeted({ failed: 1, skipped: 1 }));
    run.fails = (step, direction) => (step === 'stage-0/step-1' && direction === 'apply' ? 'MW1402' : undefined);
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'incomplete', why: 'stage-0, stage-2' });
    // What it had done of the stage went back.
    expect(standing(run)).toEqual(['stage-1/step-0', 'stage-3/step-0']);
    expect(tallyOf(run.plan, fold(run.entries))).toMatchObject({
      failed: ['stage-0'],
      skipped: ['stage-2'],
      unvisited: [],
    });
  });

  it('tries what was set aside again with the next goal, and then what needs it', () => {
    const run = new ModelRun(budgeted({ failed: 1, skipped: 1 }));
    run.fails = (step) => (step === 'stage-0/step-0' ? 'MW1402' : undefined);
    run.goal('forward');
    run.run();
    run.fails = () => undefined;
    run.goal('forward');
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
    expect(standing(run).toSorted()).toEqual([
      'stage-0/step-0',
      'stage-0/step-1',
      'stage-1/step-0',
      'stage-2/step-0',
      'stage-3/step-0',
    ]);
  });

  it.each([
    ['no budget for the kind', { unreachable: 5, skipped: 5 }, undefined],
    ['no budget for what is skipped', { failed: 5 }, undefined],
    ['none left in the wave', { failed: 5, skipped: 5 }, { skipped: 5 }],
  ])('pauses with %s', (_, inRun, inWave) => {
    const run = new ModelRun(budgeted(inRun, inWave ?? inRun));
    run.fails = (step) => (step === 'stage-0/step-0' ? 'MW1402' : undefined);
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'step-failed', of: 'stage-0/step-0' });
    expect(leftLines(run.plan, fold(run.entries))).toEqual(['not begun: 3: stage-1, stage-2, stage-3']);
  });

  it('counts those that do not answer apart, and leaves them as unknown where they cannot be taken back', () => {
    const run = new ModelRun(budgeted({ unreachable: 1, unknown: 1, skipped: 1 }));
    run.fails = (step) => (step === 'stage-0/step-1' ? 'MW1103' : undefined);
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'incomplete' });
    expect(leftLines(run.plan, fold(run.entries))).toEqual(['unknown: 1: stage-0 (on purpose)', 'skipped: 1: stage-2']);
    expect(standing(run)).toEqual(['stage-0/step-0', 'stage-1/step-0', 'stage-3/step-0']);
  });

  it('pauses where an unknown one is over the budget', () => {
    const run = new ModelRun(budgeted({ unreachable: 1, skipped: 1 }));
    run.fails = (step) => (step === 'stage-0/step-1' ? 'MW1103' : undefined);
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'step-failed', of: 'stage-0/step-1' });
  });

  it('takes a target that does not answer after a crash for unknown', () => {
    const run = new ModelRun(budgeted({ unknown: 1, skipped: 1 }));
    const [first] = run.plan.stages[0]?.steps ?? [];
    run.goal('forward');
    run.append({
      type: 'intent',
      step: first?.id ?? '',
      stepHash: first?.hash ?? '',
      direction: 'apply',
      attempt: 1,
      before: [],
    });
    run.isSilent = (step) => step === first?.id;
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'incomplete' });
    expect(tallyOf(run.plan, fold(run.entries)).unknown).toEqual(['stage-0']);
  });

  it('ends without one at the first failure, as a target that does not answer does', () => {
    const { failureBudget: _, ...plan } = budgeted({});
    const run = new ModelRun(plan);
    run.fails = (step) => (step === 'stage-0/step-0' ? 'MW1402' : undefined);
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'step-failed' });
    const silent = new ModelRun(plan);
    const [first] = plan.stages[0]?.steps ?? [];
    silent.goal('forward');
    silent.append({
      type: 'intent',
      step: first?.id ?? '',
      stepHash: first?.hash ?? '',
      direction: 'apply',
      attempt: 1,
      before: [],
    });
    silent.isSilent = () => true;
    expect(silent.run()).toMatchObject({ do: 'pause', code: 'no-answer' });
  });

  it('never sets a stage aside that is past its commit point', () => {
    const plan = budgeted({ failed: 5, skipped: 5 });
    const final = {
      ...plan,
      stages: plan.stages.map((stage) => ({
        ...stage,
        steps: stage.steps.map((step) => ({ ...step, revert: 'irreversible' as const })),
      })),
    };
    const run = new ModelRun(final);
    run.fails = () => 'MW1402';
    run.goal('forward', null, true);
    expect(run.run()).toMatchObject({ do: 'pause', code: 'step-failed' });
  });
});

describe('what was set aside', () => {
  it('goes back also while the run is paused', () => {
    const run = new ModelRun(budgeted({ failed: 1, skipped: 1 }));
    run.fails = (step, direction) => {
      if (step !== 'stage-0/step-1' || direction !== 'apply') return undefined;
      run.append({ type: 'note', note: { about: 'control', action: 'pause', by: 'ann', why: 'a test' } });
      return 'MW1402';
    };
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'paused', of: 'stage-1/step-0' });
    expect(standing(run)).toEqual([]);
  });

  it('is not what an abort takes back when nobody can tell how far it got: the stage under way is', () => {
    const run = new ModelRun(budgeted({ unknown: 1, skipped: 1 }));
    const first = run.plan.stages[0]?.steps[0];
    const head = { step: first?.id ?? '', stepHash: first?.hash ?? '', direction: 'apply', attempt: 1 } as const;
    run.append({ type: 'intent', ...head, before: [] });
    run.isSilent = (step) => step === head.step;
    run.fails = (step) => (step === 'stage-3/step-0' ? 'MW1402' : undefined);
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'step-failed', of: 'stage-3/step-0' });
    run.fails = () => undefined;
    run.append({ type: 'note', note: { about: 'control', action: 'abort', by: 'ann', why: 'a test' } });
    expect(run.run()).toEqual({ do: 'finish', goal: 'back to stage-2' });
    expect(standing(run)).toEqual(['stage-1/step-0']);
  });
});
