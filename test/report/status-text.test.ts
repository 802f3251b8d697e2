import { describe, expect, it } from 'vitest';
import { statusOf } from '../../src/execute/status.ts';
import { fold } from '../../src/journal/fold.ts';
import { renderStatus } from '../../src/report/status-text.ts';
import { planOf } from '../fakes/plan.ts';
import { ModelRun } from '../fakes/run.ts';
import { shopPlan } from '../fakes/shop.ts';

/** The status of a run with a commit point in its last stage, after it went so far. */
function statusAfter(
  to: string | null,
  then: (model: ModelRun) => void = () => undefined,
  asked: Parameters<typeof statusOf>[2] = {},
): string {
  const model = new ModelRun(planOf([{ steps: 1 }, { steps: 2, finalFrom: 1 }]));
  model.goal('forward', to, true);
  model.run();
  then(model);
  const { entries, plan } = model;
  const recorded = { run: 'r', path: '', estate: 'test', plan: 'test', entries, state: fold(entries) };
  return renderStatus([statusOf(recorded, plan, asked)]);
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

  it('has what the mesh was measured to cost, beside the plan, and what is to come by that', () => {
    const plan = shopPlan();
    const stage = plan.stages.find(({ measure }) => measure !== undefined);
    const text = (millicores: number): string => {
      const proxies = [{ subject: 'vm-b', addedMs: 0.5, perSecond: 100, millicores }];
      const note = { about: 'measured', stage: stage?.id ?? '', proxies } as const;
      const model = new ModelRun(plan);
      model.append({ type: 'note', note });
      const { entries } = model;
      const recorded = { run: 'r', path: '', estate: 'shop', plan: 'shop', entries, state: fold(entries) };
      return renderStatus([statusOf(recorded, plan)]);
    };
    expect(text(30)).toContain(`mesh, as measured after ${stage?.id}:`);
    expect(text(30)).toMatch(/a call takes 1 ms longer at the mean \(the plan has \d/);
    expect(text(30)).toMatch(/needs 300 millicores for 1,000 requests\/s \(the plan has \d+ to \d+\)\n/);
    expect(text(30)).toMatch(/the \d+ proxies yet to join will need about \d+ millicores by that/);
    expect(text(90)).toContain('ABOVE what the plan has');
  });

  it('says what a former holder can still do, and how to keep it from that, as long as somebody carries the run on', () => {
    const creates = (to: string | null, createsRefused?: boolean): string =>
      statusAfter(to, undefined, createsRefused === undefined ? {} : { createsRefused });
    expect(creates('stage-0', false)).toMatch(/former holder.*can still create objects: no admission policy/);
    expect(creates('stage-0', false)).toContain('policy.admissionPolicy: true in the estate');
    expect(creates('stage-0', true)).toContain('what it would create is refused');
    expect(creates('stage-0')).not.toContain('former holder');
    const finished = (model: ModelRun): void =>
      void model.append({ type: 'note', note: { about: 'finished', goal: 'end' } });
    expect(statusAfter(null, finished, { createsRefused: false })).not.toContain('former holder');
  });
});
