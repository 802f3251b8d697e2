import { describe, expect, it } from 'vitest';
import { adoptedState, leavesMark, type StepTrace } from '../../../src/execute/adopt/decide.ts';
import type { Operation } from '../../../src/plans/operation.ts';
import type { Step } from '../../../src/plans/plan.ts';
import { advance } from '../../../src/execute/advance.ts';
import { fold } from '../../../src/journal/fold.ts';
import { retiringYaml, shopPlan } from '../../fakes/shop.ts';

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

describe('what a lost journal must have said of a retired unit', () => {
  const retiring = shopPlan(undefined, retiringYaml('{ name: kept }'));
  const all = retiring.stages.flatMap((stage) => stage.steps);
  const indexOf = (id: string): number => all.findIndex((step) => step.id === id);
  const undone = new Set(['host.install', 'host.files', 'host.unit', 'host.capture']);
  const isOnA = (operation: Operation): boolean => 'host' in operation && operation.host === 'vm-a';

  /** What is seen after a step: leaving takes away what the join of vm-a made, and looks done from the first. */
  function traces(after: string): StepTrace[] {
    const count = indexOf(after) + 1;
    const hasLeft = count > indexOf('retire-catalog/leave');
    const lastRoute = all.findLastIndex(({ apply }, at) => at < count && apply.some(writesRoute));
    return all.map(({ id, apply }, at) => {
      const isGone = (operation: Operation): boolean =>
        hasLeft && id.startsWith('join-catalog/') && isOnA(operation) && undone.has(operation.op);
      const states = apply.map((operation) => {
        if (!leavesMark(operation)) return 'done' as const;
        const isThere = at < count && (at >= lastRoute || !writesRoute(operation)) && !isGone(operation);
        return isThere ? ('done' as const) : ('not-done' as const);
      });
      return { states, isMarked: apply.some((operation, index) => leavesMark(operation) && states[index] === 'done') };
    });
  }
  /** The run as its new holder's journal tells it, on its way to a goal. */
  const decide = (after: string, direction: 'forward' | 'back'): unknown => {
    const at = '2026-01-01T00:00:00.000Z';
    const head = { at, run: 'r', token: 2, prevHash: '0'.repeat(64) };
    const opened = {
      about: 'opened',
      format: 1,
      plan: 'shop',
      planDigest: retiring.digest,
      estate: 'shop',
      tool: 't',
    } as const;
    const entries = [
      { seq: 1, ...head, type: 'note', note: { ...opened, adopted: adoptedState(retiring, traces(after)) } },
      { seq: 2, ...head, type: 'note', note: { about: 'goal', direction, to: null } },
    ] as const;
    return advance(retiring, fold(entries), 0)[0];
  };

  it('does no step of the join again on a host that has left, and knows that it cannot go back', () => {
    const { done, unknown } = adoptedState(retiring, traces('retire-catalog/leave'));
    expect(ids(done)).toEqual(all.slice(0, indexOf('retire-catalog/stop')).map(({ id }) => id));
    expect(ids(unknown)).toEqual(['retire-catalog/stop', 'retire-catalog/leave']);
    expect(decide('retire-catalog/leave', 'back')).toMatchObject({ do: 'ask', step: { id: 'retire-catalog/stop' } });
    expect(decide('retire-catalog/leave', 'forward')).toMatchObject({ do: 'ask', step: { id: 'retire-catalog/stop' } });
  });

  it('does not take a run that has hardly begun for one that has left', () => {
    const { done, unknown } = adoptedState(retiring, traces('join-catalog/identity'));
    expect(ids(done)).toEqual(all.slice(0, indexOf('join-catalog/identity')).map(({ id }) => id));
    expect(ids(unknown)).toEqual(['join-catalog/identity', 'join-catalog/proxy']);
    expect(decide('join-catalog/identity', 'back')).toMatchObject({ do: 'step', direction: 'revert' });
  });

  it('asks about the stop where the look-back is the last that is seen', () => {
    const { unknown } = adoptedState(retiring, traces('retire-catalog/quiet'));
    expect(ids(unknown)).toEqual(['retire-catalog/quiet', 'retire-catalog/stop']);
    expect(decide('retire-catalog/quiet', 'back')).toMatchObject({ do: 'ask', step: { id: 'retire-catalog/stop' } });
  });
});
