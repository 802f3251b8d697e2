import { describe, expect, it } from 'vitest';
import { statusOf } from '../../src/execute/status.ts';
import { fold } from '../../src/journal/fold.ts';
import { renderStatus } from '../../src/report/status-text.ts';
import { planOf } from '../fakes/plan.ts';
import { ModelRun } from '../fakes/run.ts';

/** The status of a run with a commit point in its last stage, after it went so far. */
function statusAfter(to: string | null): string {
  const model = new ModelRun(planOf([{ steps: 1 }, { steps: 2, finalFrom: 1 }]));
  model.goal('forward', to, true);
  model.run();
  const { entries, plan } = model;
  const recorded = { run: 'r', path: '', estate: 'test', plan: 'test', entries, state: fold(entries) };
  return renderStatus([statusOf(recorded, plan)]);
}

describe('the status of a run', () => {
  it('says what it can no longer take back', () => {
    expect(statusAfter(null)).toMatch(/past the commit point.*: stage-1\/step-1; rollback over it is refused/);
    expect(statusAfter('stage-0')).not.toContain('commit point');
  });
});
