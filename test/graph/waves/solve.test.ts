import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf } from '../../../src/graph/waves/objective.ts';
import { solveWaves } from '../../../src/graph/waves/solve.ts';
import { violations } from '../../../src/graph/waves/violations.ts';
import { leastCost } from './every-order.ts';
import { anyProblem } from './problems.ts';

describe('solveWaves', () => {
  it('keeps every hard constraint', () => {
    fc.assert(
      fc.property(anyProblem(14), (problem) => {
        const found = solveWaves(problem, { moves: 2000 });
        if ('conflict' in found) return;
        expect(violations(problem, found.wave)).toEqual([]);
        expect(found.waves).toBe(Math.max(...found.wave));
      }),
    );
  });

  it('costs what the best of all orders costs', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(anyProblem(5, 2), (problem) => {
        const found = solveWaves(problem, { moves: 20_000 });
        const least = leastCost(problem);
        if (least === undefined) expect(found).toHaveProperty('conflict');
        else expect('conflict' in found ? found : costOf(problem, found.wave).total).toBeCloseTo(least, 6);
      }),
      { numRuns: 60 },
    );
  });
});
