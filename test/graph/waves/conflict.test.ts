import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallestConflict } from '../../../src/graph/waves/conflict.ts';
import type { ConflictPart } from '../../../src/graph/waves/constraints.ts';
import { feasibilityOf } from '../../../src/graph/waves/feasibility.ts';
import { normalised } from '../../../src/graph/waves/normal.ts';
import { partsOf, relaxedTo } from '../../../src/graph/waves/parts.ts';
import { solveWaves } from '../../../src/graph/waves/solve.ts';
import { leastCost } from './every-order.ts';
import { anyProblem, problemFrom, type Sketch } from './problems.ts';

const first = { maxSize: Infinity, maxCritical: 0 };

/** What cannot be, and which constraints are to be named. */
const rows: { title: string; sketch: Sketch; kinds: string[]; groups?: number[][] }[] = [
  {
    title: 'a window without a wave',
    sketch: { count: 3, earliest: [1, 5, 1], latest: [9, 3, 9] },
    kinds: ['earliest', 'latest'],
    groups: [[1], [1]],
  },
  {
    title: 'a window closed along before',
    sketch: {
      count: 4,
      earliest: [4, 1, 1, 1],
      latest: [9, 9, 3, 9],
      before: [
        { first: 0, second: 1, label: 'a' },
        { first: 1, second: 2, label: 'b' },
        { first: 3, second: 2, label: 'c' },
      ],
    },
    kinds: ['before', 'before', 'earliest', 'latest'],
    groups: [[0, 1], [1, 2], [0], [2]],
  },
  {
    title: 'a pin behind the last wave',
    sketch: { count: 3, earliest: [1, 7, 1], limits: { maxWaves: 4 } },
    kinds: ['maxWaves', 'earliest'],
    groups: [[], [1]],
  },
  {
    title: 'a circle of before that no wave holds',
    sketch: {
      count: 4,
      size: [3, 3, 3, 1],
      before: [
        { first: 0, second: 1, label: 'a' },
        { first: 1, second: 0, label: 'b' },
        { first: 3, second: 0, label: 'c' },
      ],
      limits: { maxSize: 5 },
    },
    kinds: ['maxSize', 'before', 'before'],
  },
  {
    title: 'a circle of before whose members are to be apart',
    sketch: {
      count: 3,
      apart: [{ members: [0, 1], most: 1, label: 'sites' }],
      before: [
        { first: 0, second: 1, label: 'a' },
        { first: 1, second: 0, label: 'b' },
      ],
    },
    kinds: ['apart', 'before', 'before'],
  },
  {
    title: 'more copies than waves',
    sketch: { count: 5, apart: [{ members: [0, 1, 2, 3], most: 1, label: 'copies' }], limits: { maxWaves: 3 } },
    kinds: ['maxWaves', 'apart'],
  },
  {
    title: 'copies pinned to one wave',
    sketch: {
      count: 3,
      apart: [{ members: [0, 2], most: 1, label: 'copies' }],
      earliest: [2, 1, 2],
      latest: [2, 9, 2],
    },
    kinds: ['apart', 'earliest', 'earliest', 'latest', 'latest'],
  },
  {
    title: 'too few waves for so many workloads',
    sketch: { count: 9, size: [2, 2, 2, 2, 2, 2, 2, 2, 2], limits: { maxSize: 4, maxWaves: 4 } },
    kinds: ['maxSize', 'maxWaves'],
  },
  {
    title: 'packing that only trying shows',
    sketch: { count: 5, size: [3, 3, 3, 3, 3], limits: { maxSize: 5, maxWaves: 4 } },
    kinds: ['maxSize', 'maxWaves'],
  },
  {
    title: 'all of tier 0 and none in the first wave',
    sketch: { count: 3, critical: [1, 1, 1], limits: { first } },
    kinds: ['firstMaxCritical'],
  },
  {
    title: 'tier 0 pinned to the first wave',
    sketch: { count: 3, critical: [1, 0, 0], latest: [1, 9, 9], limits: { first } },
    kinds: ['firstMaxCritical', 'latest'],
    groups: [[], [0]],
  },
  {
    title: 'tier 0 before all else',
    sketch: {
      count: 3,
      critical: [1, 0, 0],
      before: [
        { first: 0, second: 1, label: 'a' },
        { first: 0, second: 2, label: 'b' },
      ],
      limits: { first },
    },
    kinds: ['firstMaxCritical', 'before', 'before'],
  },
  {
    title: 'one owner, too few waves',
    sketch: { count: 4, owner: [0, 0, 0, 1], limits: { maxPerOwner: 1, maxWaves: 2 } },
    kinds: ['maxPerOwner', 'maxWaves'],
  },
];

describe('smallestConflict', () => {
  it.each(rows)('names $title', ({ sketch, kinds, groups }) => {
    const problem = problemFrom(sketch);
    const found = solveWaves(problem);
    if (!('conflict' in found)) return expect.unreachable('an order was found');
    expect(found.proven).toBe(true);
    expect(found.conflict.map(({ kind }) => kind).sort()).toEqual([...kinds].sort());
    if (groups) expect(found.conflict.map((part) => part.groups)).toEqual(groups);
  });

  it('is empty where there is an order', () => {
    expect(smallestConflict(problemFrom({ count: 3, earliest: [3, 1, 1], latest: [3, 1, 1] }))).toEqual([]);
  });

  it('cannot be met, and can be without any one of its parts', { timeout: 60_000 }, () => {
    let conflicts = 0;
    fc.assert(
      fc.property(anyProblem(4, 5), (problem) => {
        const conflict = smallestConflict(problem);
        expect(conflict.length > 0).toBe(leastCost(problem) === undefined);
        if (conflict.length === 0) return;
        conflicts += 1;
        expect(feasibilityOf(only(conflict))).toBe('no');
        for (const [at] of conflict.entries()) expect(feasibilityOf(only(conflict.toSpliced(at, 1)))).toBe('yes');
        function only(parts: ConflictPart[]): typeof problem {
          const wanted = new Set(parts.map((part) => JSON.stringify(part)));
          const normal = normalised(problem);
          return relaxedTo(
            normal,
            partsOf(normal).filter(({ says }) => wanted.has(JSON.stringify(says))),
          );
        }
      }),
      { numRuns: 200 },
    );
    expect(conflicts).toBeGreaterThan(20);
  });
});
