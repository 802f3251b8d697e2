import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calleesFirstOrder } from '../../../src/graph/waves/orders.ts';
import { costOf } from '../../../src/graph/waves/objective.ts';
import type { WaveProblem } from '../../../src/graph/waves/problem.ts';
import { solveWaves } from '../../../src/graph/waves/solve.ts';
import { unitsOf } from '../../../src/graph/waves/units.ts';
import { violations } from '../../../src/graph/waves/violations.ts';
import { anyProblem, problemFrom, type Sketch } from './problems.ts';

type Call = readonly [number, number, number];

const limits: Sketch['limits'] = { maxSize: 10, first: { maxSize: 1, maxCritical: Infinity } };
const range = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** Solves it, and checks what must be so of every answer. */
function waveOf(problem: WaveProblem): Int32Array {
  const found = solveWaves(problem, { moves: 5000 });
  if ('conflict' in found) return expect.unreachable(`no order: ${JSON.stringify(found)}`);
  expect(violations(problem, found.wave)).toEqual([]);
  return found.wave;
}

const shapes: { title: string; count: number; calls: Call[] }[] = [
  { title: 'no calls at all, 10,000 groups', count: 10_000, calls: [] },
  {
    title: 'one circle of all',
    count: 3000,
    calls: range(3000).map((at): Call => [at, (at + 1) % 3000, 1 + (at % 7)]),
  },
  { title: 'circles of two', count: 400, calls: range(400).map((at): Call => [at, at ^ 1, at + 1]) },
  {
    title: 'circles that share a group',
    count: 201,
    calls: range(200).map((at): Call => (at % 2 ? [0, at, 1] : [at + 1, 0, 2])),
  },
  { title: 'a chain of 20,000', count: 20_000, calls: range(19_999).map((at): Call => [at, at + 1, 1]) },
  { title: 'a hub with 14,000 callers', count: 14_001, calls: range(14_000).map((at): Call => [at + 1, 0, 1]) },
  {
    title: 'everyone calls everyone',
    count: 60,
    calls: range(3600).map((at): Call => [Math.floor(at / 60), at % 60, at % 5]),
  },
  { title: 'rates of zero', count: 30, calls: range(29).map((at): Call => [at, at + 1, 0]) },
  {
    title: 'rates of 1e9 beside 1e-9',
    count: 30,
    calls: range(29).map((at): Call => [at, at + 1, at % 2 ? 1e9 : 1e-9]),
  },
];

describe('shapes of graphs', () => {
  it.each(shapes)('$title', { timeout: 60_000 }, ({ count, calls }) => {
    waveOf(problemFrom({ count, calls, limits }));
  });
});

describe('what is refused and what is merged', () => {
  const two = { count: 2, calls: [[0, 1, 1]] as const };
  it.each([
    { title: 'a rate of NaN', sketch: { count: 2, calls: [[0, 1, NaN]] as const } },
    { title: 'an infinite rate', sketch: { ...two, outside: [0, Infinity] } },
    { title: 'a negative rate', sketch: { ...two, inside: [-1, 0] } },
    { title: 'a group that is not there', sketch: { count: 2, calls: [[0, 2, 1]] as const } },
    { title: 'a limit of NaN', sketch: { ...two, limits: { maxSize: NaN } } },
    { title: 'an infinite weight', sketch: { ...two, weights: { lambda: Infinity } } },
    { title: 'too few sizes', sketch: { ...two, size: [1] } },
    { title: 'a pin beyond all planning', sketch: { ...two, earliest: [1, 2_000_000] } },
  ])('refuses $title', ({ sketch }) => {
    expect(() => solveWaves(problemFrom(sketch))).toThrow(RangeError);
  });

  it('leaves out calls to itself and sums those of one pair', () => {
    const size = [1, 1, 1, 1];
    const calls: Call[] = [
      [0, 1, 3],
      [2, 3, 4],
      [2, 1, 1],
    ];
    const split: Call[] = [
      [0, 1, 1],
      [2, 2, 99],
      [2, 1, 1],
      [0, 1, 2],
      [2, 3, 4],
    ];
    const rest = { count: 4, size, limits: { maxSize: 2 } };
    expect(waveOf(problemFrom({ ...rest, calls: split }))).toEqual(waveOf(problemFrom({ ...rest, calls })));
  });

  it('has an answer for nothing', () => {
    expect(solveWaves(problemFrom({ count: 0 }))).toEqual({ wave: new Int32Array(0), waves: 0 });
  });
});

/** The same problem with its calls, orders and sets listed otherwise. */
function relisted(problem: WaveProblem, seed: number): WaveProblem {
  const mixed = <T>(list: Iterable<T>): T[] =>
    [...list]
      .map((each, at) => ({ each, key: Math.imul(at + 1, seed) >>> 0 }))
      .sort((a, b) => a.key - b.key)
      .map(({ each }) => each);
  const calls = mixed(problem.rate.keys());
  return {
    ...problem,
    from: Int32Array.from(calls, (call) => problem.from[call]!),
    to: Int32Array.from(calls, (call) => problem.to[call]!),
    rate: Float64Array.from(calls, (call) => problem.rate[call]!),
    before: mixed(problem.before),
    apart: mixed(problem.apart).map((set) => ({ ...set, members: Int32Array.from(mixed(set.members)) })),
  };
}

/** Callees first, each into the wave before it if it fits there, else into one of its own: what is done by hand. */
function byHand(problem: WaveProblem): Int32Array | undefined {
  const wave = new Int32Array(problem.count);
  let last = 1;
  for (const group of calleesFirstOrder(problem, unitsOf(problem))) {
    const joined = [...wave.keys()].filter((each) => wave[each]! > 0 || each === group);
    wave[group] = last;
    const some = Int32Array.from(wave, (at) => at || problem.count + last + 1);
    if (
      joined.length > 1 &&
      violations(
        { ...problem, latest: problem.latest.map(() => 0x7fffffff), limits: { ...problem.limits, maxWaves: Infinity } },
        some,
      ).some(({ wave: at }) => at === last)
    )
      wave[group] = last += 1;
  }
  return violations(problem, wave).length === 0 ? wave : undefined;
}

describe('answers', () => {
  it('are the same however calls and constraints are listed, and each time', () => {
    fc.assert(
      fc.property(anyProblem(12), fc.integer({ min: 3 }), (problem, seed) => {
        const found = solveWaves(problem, { moves: 2000 });
        expect(solveWaves(relisted(problem, seed | 1), { moves: 2000 })).toEqual(found);
        expect(solveWaves(problem, { moves: 2000 })).toEqual(found);
      }),
    );
  });

  it('never cost more than callees first, packed by hand', () => {
    let compared = 0;
    fc.assert(
      fc.property(anyProblem(12, 0), (problem) => {
        const hand = byHand(problem);
        if (!hand) return;
        compared += 1;
        const cost = costOf(problem, waveOf(problem)).total;
        expect(cost).toBeLessThanOrEqual(costOf(problem, hand).total * (1 + 1e-9) + 1e-9);
      }),
      { numRuns: 200 },
    );
    expect(compared).toBeGreaterThan(50);
  });
});
