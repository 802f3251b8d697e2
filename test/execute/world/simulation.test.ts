import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FAULT_KINDS, type FaultKind } from '../../../src/execute/world/fault.ts';
import { type PlannedEstate, randomPlan } from './plans.ts';
import { referencesOf, simulate, SimulatedRun } from './simulation.ts';

const seeds = new URL('seeds/', import.meta.url);
const known = new Map<number, PlannedEstate>();
const planned = (estate: number): PlannedEstate => {
  const found = known.get(estate) ?? randomPlan(estate);
  known.set(estate, found);
  return found;
};
const good = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18].filter((estate) => {
  const { plan } = planned(estate);
  return plan.applyable && plan.stages.length > 0;
});

describe('simulated runs of random estates', () => {
  test.each(good)('of estate %i keep the promises', async (estate) => {
    const references = await referencesOf(planned(estate));
    expect(references.violations).toEqual([]);
    for (let seed = 1; seed <= 20; seed += 1) {
      const { violations } = await simulate(planned(estate), references, estate * 1_000 + seed);
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
  });

  test('that once failed keep them too', async () => {
    for (const file of readdirSync(seeds).filter((name) => name.endsWith('.json'))) {
      const { estate, seed } = JSON.parse(readFileSync(new URL(file, seeds), 'utf8')) as {
        estate: number;
        seed: number;
      };
      const references = await referencesOf(planned(estate));
      const { violations } = await simulate(planned(estate), references, estate * 1_000 + seed);
      expect({ file, violations: [...references.violations, ...violations] }).toEqual({ file, violations: [] });
    }
  });
});

/** What an operator, or fate, does next. */
type Move =
  | { do: 'apply' | 'back'; to: number }
  | { do: 'crash'; after: number }
  | { do: 'fault'; kind: FaultKind; seed: number; seconds: number }
  | { do: 'repair' }
  | { do: 'wait'; ms: number };

const moves: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ do: fc.constantFrom('apply' as const, 'back' as const), to: fc.integer({ min: -1, max: 12 }) }),
  fc.record({ do: fc.constant('crash' as const), after: fc.nat(400) }),
  fc.record({
    do: fc.constant('fault' as const),
    kind: fc.constantFrom(...(Object.keys(FAULT_KINDS) as FaultKind[])),
    seed: fc.nat(),
    seconds: fc.integer({ min: 1, max: 600 }),
  }),
  fc.record({ do: fc.constant('repair' as const) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(900_000) }),
);

async function make(one: SimulatedRun, move: Move, { plan }: PlannedEstate): Promise<void> {
  switch (move.do) {
    case 'apply':
      return void (await one.forward(plan.stages[move.to]?.id ?? null));
    case 'back':
      if (one.hasBegun) await one.back(plan.stages[move.to]?.id ?? null);
      return;
    case 'crash':
      one.model.killAt = one.model.points + move.after;
      return;
    case 'fault':
      return one.strike({ kind: move.kind, forSeconds: move.seconds }, move.seed);
    case 'repair':
      return one.repair();
    case 'wait':
      return one.model.pass(move.ms);
  }
}

test(
  'any sequence of applies, ways back, crashes, faults and repairs keeps the promises, and ends whole',
  { timeout: 60_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...good),
        fc.array(moves, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (estate, all, isBack) => {
          const { start, end } = await referencesOf(planned(estate));
          const one = new SimulatedRun(planned(estate));
          for (const move of all) await make(one, move, planned(estate));
          await (isBack ? one.goesBackWhole(start) : one.endsWell(end));
          expect([...one.promises.violations]).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  },
);
