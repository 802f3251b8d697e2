import { describe, expect, it } from 'vitest';
import { statusOf } from '../../src/execute/status.ts';
import { fold } from '../../src/journal/fold.ts';
import { renderStatus } from '../../src/report/status-text.ts';
import { planOf } from '../fakes/plan.ts';
import { ModelRun } from '../fakes/run.ts';

/** The status of a run with a commit point in its last stage, after it went so far. */
function statusAfter(to: string | null, then: (model: ModelRun) => void = () => undefined): string {
  const model = new ModelRun(planOf([{ steps: 1 }, { steps: 2, finalFrom: 1 }]));
  model.goal('forward', to, true);
  model.run();
  then(model);
  const { entries, plan } = model;
  const recorded = { run: 'r', path: '', estate: 'test', plan: 'test', entries, state: fold(entries) };
  return renderStatus([statusOf(recorded, plan)]);
}

describe('the status of a run', () => {
  it('says what it can no longer take back', () => {
    expect(statusAfter(null)).toMatch(/past the commit point.*: stage-1\/step-1; rollback over it is refused/);
    expect(statusAfter('stage-0')).not.toContain('commit point');
  });

  it('says where it halted, and why', () => {
    const text = statusAfter('stage-0', (model) => {
      const step = model.plan.stages[1]?.steps[0];
      const head = { step: step?.id ?? '', stepHash: step?.hash ?? '', direction: 'apply', attempt: 1 } as const;
      const error = { code: 'MW1434', message: 'until noon' };
      model.append({ type: 'result', ...head, outcome: 'failed', after: [], error });
    });
    expect(text).toMatch(/halted.* at stage-1\/step-0, MW1434: until noon/);
    expect(statusAfter('stage-0')).not.toContain('halted');
  });
});
