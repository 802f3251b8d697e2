import { describe, expect, it } from 'vitest';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { planOf } from '../fakes/plan.ts';
import { Crash, ModelRun } from '../fakes/run.ts';

/** A plan whose stages each wait for a person. */
function approvedPlan(): MigrationPlan {
  const plan = planOf([{ steps: 1 }, { steps: 2 }]);
  return { ...plan, stages: plan.stages.map((stage) => ({ ...stage, approval: 'it is the shop' })) };
}

/** The same plan with gates that may be looked at at any time. */
function watchedPlan(plan: MigrationPlan): MigrationPlan {
  const metric = { test: 'tripwire', name: 'error-count', subject: 'errors', query: 'q', minRequests: 0 } as never;
  const stages = plan.stages.map((stage) => ({
    ...stage,
    gate: { ...stage.gate, metrics: [metric], bakeMs: 60_000, lookEveryMs: 5_000 },
  }));
  return { ...plan, stages };
}

const approve = (run: ModelRun, stage: string, planDigest = run.plan.digest): void =>
  run.append({ type: 'approval', stage, planDigest, by: 'ann' });
const say = (run: ModelRun, action: 'pause' | 'resume' | 'abort'): void =>
  run.append({ type: 'note', note: { about: 'control', action, by: 'ann', why: 'a test' } });

describe('a stage that waits for approval', () => {
  it('does not begin without one, and begins with one', () => {
    const run = new ModelRun(approvedPlan());
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'approval', of: 'stage-0', why: 'it is the shop' });
    approve(run, 'stage-0');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'approval', of: 'stage-1' });
    expect(run.deeds).toEqual(['apply stage-0/step-0']);
  });

  it('takes no approval of another plan, or of another stage', () => {
    const run = new ModelRun(approvedPlan());
    run.goal('forward');
    approve(run, 'stage-0', `sha256:${'0'.repeat(64)}`);
    approve(run, 'stage-1');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'approval', of: 'stage-0' });
    expect(run.deeds).toEqual([]);
  });

  it('is finished when it has begun, also by a process that was killed', () => {
    const run = new ModelRun(approvedPlan());
    run.goal('forward', 'stage-0');
    approve(run, 'stage-0');
    run.budget = 2;
    expect(() => run.run()).toThrow(Crash);
    run.budget = Number.POSITIVE_INFINITY;
    run.goal('forward', 'stage-0');
    expect(run.run()).toEqual({ do: 'finish', goal: 'stage-0' });
  });

  it('is not asked for on the way back', () => {
    const run = new ModelRun(approvedPlan());
    run.goal('forward', 'stage-0');
    approve(run, 'stage-0');
    run.run();
    run.goal('back');
    expect(run.run()).toEqual({ do: 'finish', goal: 'start' });
  });
});

describe('a pause, and a veto', () => {
  it('let nothing begin until they end, and what has begun is watched to its gate', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 1 }]));
    run.goal('forward');
    run.gate = (of) => {
      if (of === 'stage-0') say(run, 'pause');
      return 'pass';
    };
    expect(run.run()).toMatchObject({ do: 'pause', code: 'paused', of: 'stage-1/step-0', why: 'ann: a test' });
    run.goal('forward');
    expect(run.run()).toMatchObject({ code: 'paused' });
    say(run, 'resume');
    run.append({ type: 'note', note: { about: 'veto', why: 'a fair' } });
    expect(run.run()).toMatchObject({ do: 'pause', code: 'veto', why: 'a fair' });
    run.append({ type: 'note', note: { about: 'veto', why: null } });
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
  });

  it('never hold the way back, and not a retreat either', () => {
    const run = new ModelRun(planOf([{ steps: 1 }]));
    run.goal('forward');
    run.gate = () => {
      say(run, 'pause');
      run.append({ type: 'note', note: { about: 'veto', why: 'a fair' } });
      return 'fail';
    };
    expect(run.run()).toEqual({ do: 'finish', goal: 'start' });
    expect(run.target.size).toBe(0);
  });
});

describe('an abort', () => {
  it('takes the stage under way back, and keeps those before it', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 3 }]));
    run.goal('forward', 'stage-0');
    run.run();
    run.goal('forward');
    run.budget = 4;
    expect(() => run.run()).toThrow(Crash);
    run.budget = Number.POSITIVE_INFINITY;
    say(run, 'abort');
    run.goal('forward');
    say(run, 'abort');
    expect(run.run()).toEqual({ do: 'finish', goal: 'back to stage-0' });
    expect([...run.target]).toEqual(['stage-0/step-0']);
    const goal = run.entries.findLast((entry) => entry.type === 'note' && entry.note.about === 'goal');
    expect(goal).toMatchObject({ note: { because: 'stage-1', abort: { by: 'ann', why: 'a test' } } });
  });

  it('changes nothing where nothing has begun', () => {
    const run = new ModelRun(planOf([{ steps: 1 }]));
    run.goal('forward');
    say(run, 'abort');
    expect(run.run()).toEqual({ do: 'finish', goal: 'start' });
    expect(run.deeds).toEqual([]);
  });
});

describe('a gate that may be looked at at any time', () => {
  it('fails while it bakes, long before the bake is over', () => {
    const run = new ModelRun(watchedPlan(planOf([{ steps: 1 }])));
    run.goal('forward');
    run.gate = (_, phase) => (phase === 'bake' && run.now >= 20_000 ? 'fail' : 'inconclusive');
    expect(run.run()).toEqual({ do: 'finish', goal: 'start' });
    expect(run.now).toBe(20_000);
  });

  it('does not pass by a look while it bakes', () => {
    const run = new ModelRun(watchedPlan(planOf([{ steps: 1 }])));
    run.goal('forward');
    const phases: (string | undefined)[] = [];
    run.gate = (_, phase) => {
      phases.push(phase);
      return 'pass';
    };
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
    expect(phases).toEqual([...Array.from({ length: 11 }, () => 'bake'), undefined]);
    expect(run.now).toBe(60_000);
  });

  it('is watched on while the run waits for somebody, and sends it back when it fails', () => {
    const plan = watchedPlan(planOf([{ steps: 1 }, { steps: 1 }]));
    const last = plan.stages[1];
    const run = new ModelRun({
      ...plan,
      stages: [...plan.stages.slice(0, 1), ...(last ? [{ ...last, approval: 'a test' }] : [])],
    });
    run.append({
      type: 'note',
      note: { about: 'goal', direction: 'forward', to: null, holdUntil: new Date(3_600_000).toISOString() },
    });
    run.gate = (_, phase) => (phase === 'watch' && run.now > 600_000 ? 'fail' : 'pass');
    expect(run.run()).toEqual({ do: 'finish', goal: 'start' });
    expect(run.now).toBeGreaterThan(600_000);
    expect(run.now).toBeLessThan(610_001);
    expect(run.target.size).toBe(0);
  });

  it('ends the wait when its time is over', () => {
    const run = new ModelRun(approvedPlan());
    run.append({
      type: 'note',
      note: { about: 'goal', direction: 'forward', to: null, holdUntil: new Date(60_000).toISOString() },
    });
    expect(run.run()).toMatchObject({ do: 'pause', code: 'approval' });
    expect(run.now).toBe(60_000);
  });
});

describe('a gate that passed', () => {
  it('is asked anew when its step began to go back, however far that got', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 2, rungs: true }]));
    run.goal('forward');
    run.run();
    // The goal and the intent are on record; the power goes before the result.
    run.budget = 2;
    run.goal('back');
    expect(() => run.run()).toThrow(Crash);
    run.budget = Number.POSITIVE_INFINITY;
    const asked: string[] = [];
    run.gate = (of) => {
      asked.push(of);
      return 'pass';
    };
    run.goal('forward');
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
    expect(asked).toEqual(['stage-1/step-1', 'stage-1']);
  });
});

describe('a goal', () => {
  it('through the last stage is the end, however it was called', () => {
    const run = new ModelRun(planOf([{ steps: 1 }, { steps: 1 }]));
    run.goal('forward', 'stage-1');
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
  });
});
