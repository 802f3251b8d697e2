import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feedbackOrder } from '../../src/graph/feedback-order.ts';
import { strongComponents } from '../../src/graph/strong-components.ts';
import { components } from '../../src/graph/components.ts';

type Call = readonly [number, number, number];

const orderOf = (count: number, calls: readonly Call[]): number[] => [
  ...feedbackOrder(
    count,
    Int32Array.from(calls, ([from]) => from),
    Int32Array.from(calls, ([, to]) => to),
    Float64Array.from(calls, ([, , weight]) => weight),
  ),
];

/** Weight of the calls whose caller comes before its callee. */
function against(order: readonly number[], calls: readonly Call[]): number {
  const place = order.toSorted((a, b) => a - b).map((node) => order.indexOf(node));
  return calls.reduce((sum, [from, to, weight]) => (place[from]! < place[to]! ? sum + weight : sum), 0);
}

const graph = fc.integer({ min: 1, max: 9 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    calls: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1), fc.integer({ min: 0, max: 9 })), { maxLength: 20 }),
  }),
);

describe('feedbackOrder', () => {
  it('puts callees before callers where there is no circle', () => {
    expect(
      orderOf(4, [
        [0, 1, 5],
        [1, 2, 1],
        [3, 1, 1],
      ]),
    ).toEqual([2, 1, 0, 3]);
  });

  it('breaks a circle at its cheapest call', () => {
    const calls: Call[] = [
      [0, 1, 9],
      [1, 2, 9],
      [2, 0, 1],
    ];
    expect(orderOf(3, calls)).toEqual([2, 1, 0]);
    expect(against(orderOf(3, calls), calls)).toBe(1);
  });

  it('has each node once, no call against it between components, and at most half of all weight', () => {
    fc.assert(
      fc.property(graph, ({ count, calls }) => {
        const order = orderOf(count, calls);
        expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at));
        const { of } = strongComponents(
          count,
          Int32Array.from(calls, ([from]) => from),
          Int32Array.from(calls, ([, to]) => to),
        );
        const between = calls.filter(([from, to]) => of[from] !== of[to]);
        expect(against(order, between)).toBe(0);
        const all = calls.reduce((sum, [from, to, weight]) => (from === to ? sum : sum + weight), 0);
        expect(against(order, calls)).toBeLessThanOrEqual(all / 2);
      }),
    );
  });

  it('goes through a circle of 200,000 and a hub of as many', () => {
    const count = 200_000;
    const circle = Array.from({ length: count }, (_, at): Call => [at, (at + 1) % count, at === 7 ? 1 : 2]);
    expect(orderOf(count, circle).slice(0, 2)).toEqual([7, 6]);
    expect(
      orderOf(
        count,
        Array.from({ length: count - 1 }, (_, at): Call => [at + 1, 0, 1]),
      )[0],
    ).toBe(0);
  });
});

describe('strongComponents', () => {
  it('finds what the other search finds', () => {
    fc.assert(
      fc.property(graph, ({ count, calls }) => {
        const successors = Array.from({ length: count }, (_, node) =>
          calls.filter(([from]) => from === node).map(([, to]) => to),
        );
        const { of, count: parts } = strongComponents(
          count,
          Int32Array.from(calls, ([from]) => from),
          Int32Array.from(calls, ([, to]) => to),
        );
        const named = components(count, successors).map((members) => members.join());
        const found = Array.from({ length: parts }, (_, part) =>
          [...of.keys()].filter((node) => of[node] === part).join(),
        );
        expect(found.toSorted()).toEqual(named.toSorted());
        for (const [from, to] of calls) expect(of[to]!).toBeLessThanOrEqual(of[from]!);
      }),
    );
  });
});
