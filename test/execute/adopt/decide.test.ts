import { describe, expect, it } from 'vitest';
import { adoptedState, leavesMark, type StepTrace } from '../../../src/execute/adopt/decide.ts';
import type { Operation } from '../../../src/plans/operation.ts';
import type { Step } from '../../../src/plans/plan.ts';
import { shopPlan } from '../../fakes/shop.ts';

const plan = shopPlan();
const steps = plan.stages.flatMap((stage) => stage.steps);
const writesRoute = (operation: Operation): boolean =>
  operation.op === 'route.weights' || (operation.op === 'kube.create' && operation.manifest.kind === 'HTTPRoute');

/** What a run that had done so many steps leaves: a route holds the last weights, and nothing tells of a recycle. */
function tracesAfter(count: number): StepTrace[] {
  const lastRoute = steps.findLastIndex(({ apply }, at) => at < count && apply.some(writesRoute));
  return steps.map(({ apply }, at) => ({
    states: apply.map((operation) => {
      if (!leavesMark(operation)) return 'done';
      return at < count && (at >= lastRoute || !writesRoute(operation)) ? 'done' : 'not-done';
    }),
    isMarked: at < count && apply.some(leavesMark),
  }));
}
const ids = (list: readonly { step: string }[]): string[] => list.map(({ step }) => step);
const marks = ({ apply }: Step): boolean => apply.some(leavesMark);

describe('what a lost journal must have said', () => {
  it.each(steps.map(({ id }, at) => [id, at + 1] as const))('after %s', (id, count) => {
    const { done, unknown } = adoptedState(plan, tracesAfter(count));
    const last = steps.slice(0, count).findLastIndex(marks);
    const next = steps.findIndex((step, at) => at > last && marks(step));
    expect(ids(done)).toEqual(steps.slice(0, last).map((step) => step.id));
    // The last is looked at once more, and the next may have been begun.
    expect(ids(unknown)).toEqual(steps.slice(last, next === -1 ? undefined : next + 1).map((step) => step.id));
    if (marks(steps[count - 1] as Step)) expect(ids(unknown)[0]).toBe(id);
  });

  it('takes a gate as passed only where a later step was begun', () => {
    const shift = steps.findIndex(({ id }) => id === 'shift-catalog/weight-25');
    const { gates } = adoptedState(plan, tracesAfter(shift + 1));
    const before = plan.stages.slice(
      0,
      plan.stages.findIndex(({ id }) => id === 'shift-catalog'),
    );
    expect(gates).toEqual([...before.map(({ id }) => id), 'shift-catalog/weight-1', 'shift-catalog/weight-5']);
  });

  it('has a step asked again that somebody undid, and its stage pass its gate anew', () => {
    const traces = tracesAfter(steps.length);
    const undone = steps.findIndex(({ id }) => id === 'join-pricing/capture');
    traces[undone] = { states: ['not-done'], isMarked: false };
    const { done, unknown, gates } = adoptedState(plan, traces);
    expect(ids(unknown)).toEqual(['join-pricing/capture', steps.at(-1)?.id]);
    expect(ids(done)).toHaveLength(steps.length - 2);
    expect(gates).not.toContain('join-pricing');
    expect(gates).toContain('join-catalog');
  });

  it('has what is foreign asked again: the run pauses there', () => {
    const traces = tracesAfter(steps.length);
    const route = steps.findIndex(({ id }) => id === 'join-catalog/publish-name');
    traces[route] = { states: (steps[route] as Step).apply.map(() => 'foreign'), isMarked: false };
    expect(ids(adoptedState(plan, traces).unknown)).toContain('join-catalog/publish-name');
  });

  it('begins at the first step where nothing but a marker is left', () => {
    const { done, unknown, gates } = adoptedState(plan, tracesAfter(0));
    expect([ids(done), ids(unknown), gates]).toEqual([[], [steps[0]?.id], []]);
  });
});
