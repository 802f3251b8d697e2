import { describe, expect, it } from 'vitest';
import { fold } from '../../src/journal/fold.ts';
import type { Replay } from '../../src/plans/gate.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { planOf } from '../fakes/plan.ts';
import { Crash, ModelRun } from '../fakes/run.ts';

const replay: Replay = { windowSeconds: 60, baseline: 0.01, effect: 0.01, stopAt: 2000, edges: [], names: [] };

/** Two stages of two steps; the second compares with what was before it. */
function comparing(): MigrationPlan {
  const plan = planOf([{ steps: 2 }, { steps: 2 }]);
  const stages = plan.stages.map((stage, at) => (at === 1 ? { ...stage, gate: { ...stage.gate, replay } } : stage));
  return { ...plan, stages };
}

const taken = ({ entries }: ModelRun): string[] =>
  entries.flatMap((entry) => {
    if (entry.type === 'note' && entry.note.about === 'baseline') return [`baseline ${entry.note.stage}`];
    return entry.type === 'intent' ? [`${entry.direction} ${entry.step}`] : [];
  });

describe('what went on before a stage', () => {
  it('is looked at once, before the first step of the stages that compare with it', () => {
    const run = new ModelRun(comparing());
    run.goal('forward');
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
    expect(taken(run)).toEqual([
      'apply stage-0/step-0',
      'apply stage-0/step-1',
      'baseline stage-1',
      'apply stage-1/step-0',
      'apply stage-1/step-1',
    ]);
  });

  it('is never looked at in mid-stage, wherever the process dies; before the first step it is looked at anew', () => {
    const crashed = (budget: number): ModelRun | undefined => {
      const run = new ModelRun(comparing());
      run.goal('forward');
      run.budget = budget;
      try {
        run.run();
        return undefined;
      } catch (error) {
        if (error instanceof Crash) return run;
        throw error;
      }
    };
    let [inMidStage, budget] = [0, 0];
    for (let run = crashed(budget); run !== undefined; run = crashed((budget += 1))) {
      const before = fold(run.entries).baselines.get('stage-1');
      const hadBegun = [...fold(run.entries).steps.keys()].some((id) => id.startsWith('stage-1/'));
      run.budget = Number.POSITIVE_INFINITY;
      run.now += 3_600_000;
      run.goal('forward');
      expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
      const after = fold(run.entries).baselines.get('stage-1');
      if (hadBegun) expect(after).toEqual(before);
      if (hadBegun) inMidStage += 1;
      else expect(after?.firstAskedAt).toBeGreaterThanOrEqual(3_600_000);
      const first = taken(run).indexOf('apply stage-1/step-0');
      expect(taken(run).lastIndexOf('baseline stage-1')).toBeLessThan(first);
    }
    expect([budget > inMidStage, inMidStage > 5]).toEqual([true, true]);
  });

  it('is looked at anew when the stage has gone back', () => {
    const run = new ModelRun(comparing());
    run.goal('forward');
    run.run();
    run.goal('back', 'stage-0');
    run.run();
    expect(fold(run.entries).baselines.size).toBe(0);
    run.now += 1_000_000;
    run.goal('forward');
    run.run();
    expect(fold(run.entries).baselines.get('stage-1')?.firstAskedAt).toBeGreaterThanOrEqual(1_000_000);
  });

  it('is asked again while it cannot be seen, as long as the gate would be, and then the run pauses with nothing changed', () => {
    const run = new ModelRun(comparing());
    run.lack = () => ({ lack: 'nobody counts vm-a to b' });
    run.goal('forward');
    expect(run.run()).toMatchObject({
      do: 'pause',
      code: 'no-baseline',
      of: 'stage-1',
      why: 'nobody counts vm-a to b',
    });
    expect(run.now).toBeGreaterThanOrEqual(10_000);
    expect([...run.target]).toEqual(['stage-0/step-0', 'stage-0/step-1']);
    run.lack = () => ({});
    run.goal('forward');
    expect(run.run()).toEqual({ do: 'finish', goal: 'end' });
  });

  it('that cannot be seen sets a stage aside where the failure budget lets it', () => {
    const none = { failed: 0, unreachable: 0, unknown: 0, skipped: 0 };
    const budget = { ...none, unreachable: 1 };
    const run = new ModelRun({ ...comparing(), failureBudget: { run: budget, wave: budget } });
    run.lack = () => ({ lack: 'no answer' });
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'incomplete', of: 'stage-1' });
    expect(fold(run.entries).aside.get('stage-1')).toMatchObject({ kind: 'unreachable', why: 'no answer' });
  });

  it('is not looked at while somebody has paused the run, and is too old when it goes on', () => {
    const run = new ModelRun(comparing());
    run.goal('forward', 'stage-0');
    run.run();
    run.append({ type: 'note', note: { about: 'control', action: 'pause', by: 'ann', why: 'lunch' } });
    run.goal('forward');
    expect(run.run()).toMatchObject({ do: 'pause', code: 'paused', of: 'stage-1' });
    expect(taken(run)).not.toContain('baseline stage-1');
    run.append({ type: 'note', note: { about: 'baseline', stage: 'stage-1', edges: [], names: [] } });
    run.append({ type: 'note', note: { about: 'control', action: 'resume', by: 'ann', why: 'back' } });
    expect(fold(run.entries).baselines.size).toBe(0);
  });
});
