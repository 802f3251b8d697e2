import { describe, expect, it } from 'vitest';
import type { Violation } from '../../../src/graph/waves/constraints.ts';
import { violations } from '../../../src/graph/waves/violations.ts';
import { problemFrom, type Sketch } from './problems.ts';

const rows: { title: string; sketch: Sketch; wave: number[]; broken: Partial<Violation>[] }[] = [
  { title: 'nothing', sketch: { count: 3 }, wave: [1, 1, 2], broken: [] },
  {
    title: 'too many workloads',
    sketch: { count: 3, size: [2, 2, 9], limits: { maxSize: 3 } },
    wave: [1, 1, 2],
    broken: [{ kind: 'maxSize', wave: 1, groups: [0, 1], found: 4, allowed: 3 }],
  },
  {
    title: 'too much traffic',
    sketch: { count: 2, traffic: [0.1, 0.2], limits: { maxTraffic: 0.25 } },
    wave: [1, 1],
    broken: [{ kind: 'maxTraffic', groups: [0, 1], allowed: 0.25 }],
  },
  {
    title: 'no sum that only rounding puts over',
    sketch: { count: 2, traffic: [0.1, 0.2], limits: { maxTraffic: 0.3 } },
    wave: [1, 1],
    broken: [],
  },
  {
    title: 'too much of tier 0',
    sketch: { count: 3, critical: [2, 1, 1], limits: { maxCritical: 1 } },
    wave: [1, 2, 2],
    broken: [{ kind: 'maxCritical', wave: 2, groups: [1, 2], found: 2 }],
  },
  {
    title: 'too many of one owner',
    sketch: { count: 4, owner: [5, 5, -1, -1], limits: { maxPerOwner: 1 } },
    wave: [1, 1, 1, 1],
    broken: [{ kind: 'maxPerOwner', groups: [0, 1], found: 2, allowed: 1 }],
  },
  {
    title: 'a first wave that is too large',
    sketch: { count: 3, size: [4, 1, 1], limits: { first: { maxSize: 1, maxCritical: Infinity } } },
    wave: [2, 1, 1],
    broken: [{ kind: 'firstMaxSize', wave: 1, groups: [1, 2], found: 2, allowed: 1 }],
  },
  {
    title: 'no large group alone in the first wave',
    sketch: { count: 2, size: [4, 1], limits: { first: { maxSize: 1, maxCritical: 0 } } },
    wave: [1, 2],
    broken: [],
  },
  {
    title: 'tier 0 alone in the first wave that anything joins in',
    sketch: { count: 2, critical: [1, 0], limits: { first: { maxSize: 9, maxCritical: 0 } } },
    wave: [2, 3],
    broken: [{ kind: 'firstMaxCritical', wave: 2, groups: [0], found: 1, allowed: 0 }],
  },
  {
    title: 'too many waves',
    sketch: { count: 2, limits: { maxWaves: 2 } },
    wave: [1, 3],
    broken: [{ kind: 'maxWaves', wave: 3, found: 3, allowed: 2 }],
  },
  {
    title: 'pins, both ways',
    sketch: { count: 2, earliest: [3, 1], latest: [9, 1] },
    wave: [2, 2],
    broken: [
      { kind: 'earliest', groups: [0], found: 2, allowed: 3 },
      { kind: 'latest', groups: [1], found: 2, allowed: 1 },
    ],
  },
  {
    title: 'a wave before the first',
    sketch: { count: 1, earliest: [0] },
    wave: [0],
    broken: [{ kind: 'earliest', found: 0, allowed: 1 }],
  },
  {
    title: 'an order',
    sketch: {
      count: 3,
      before: [
        { first: 0, second: 1, label: 'ask' },
        { first: 0, second: 2, label: 'fine' },
      ],
    },
    wave: [2, 1, 2],
    broken: [{ kind: 'before', label: 'ask', groups: [0, 1], found: 1, allowed: 2 }],
  },
  {
    title: 'copies together, also of groups that are alone otherwise',
    sketch: { count: 3, apart: [{ members: [2, 0, 0], most: 1, label: 'copies' }] },
    wave: [1, 2, 1],
    broken: [{ kind: 'apart', label: 'copies', wave: 1, groups: [0, 2], found: 3, allowed: 1 }],
  },
  {
    title: 'a group that is two copies by itself',
    sketch: { count: 2, apart: [{ members: [0, 0, 1], most: 1, label: 'copies' }] },
    wave: [1, 2],
    broken: [{ kind: 'apart', label: 'copies', wave: 1, groups: [0], found: 2, allowed: 1 }],
  },
];

describe('violations', () => {
  it.each(rows)('finds $title', ({ sketch, wave, broken }) => {
    const found = violations(problemFrom(sketch), Int32Array.from(wave));
    expect(found).toMatchObject(broken);
    expect(found).toHaveLength(broken.length);
  });

  it('refuses an order of other groups', () => {
    expect(() => violations(problemFrom({ count: 2 }), new Int32Array(3))).toThrow(RangeError);
  });
});
