import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEstate } from '../../../src/estate/parse.ts';
import type { EstateService } from '../../../src/estate/schema.ts';
import { rungsOf } from '../../../src/plans/bake/ladder.ts';
import { EstateView } from '../../../src/plans/view.ts';
import { shopInventory, shopYaml } from '../../fakes/shop.ts';

const ladders = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 })
  .map((weights) => [...weights.toSorted((a, b) => a - b), 100]);
const gates = fc.record({
  maxErrorRatio: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
  effect: fc.double({ min: 0.0001, max: 1, noNaN: true }),
  power: fc.double({ min: 0.5, max: 0.99, noNaN: true }),
  maxBakeSeconds: fc.integer({ min: 5, max: 604_800 }),
  windowSeconds: fc.integer({ min: 5, max: 60 }),
});
const rates = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true }));

describe('the rungs of any ladder, rate and policy', () => {
  it('are of the ladder and ascend to 100, none is watched beyond the limit, and one that lacks data says so', () => {
    fc.assert(
      fc.property(ladders, gates, rates, (ladder, gate, rate) => {
        const yaml = shopYaml.replace('    port: 8080\n', `    port: 8080\n    requestsPerSecond: ${rate.toFixed(9)}\n`);
        const estate = parseEstate(`${yaml}policy: ${JSON.stringify({ ladder, gate })}\n`, 'estate.yaml');
        const view = new EstateView(estate, shopInventory());
        const rungs = rungsOf(view, view.service('catalog') as EstateService);
        const weights = rungs.map(({ weight }) => weight);
        expect(weights).toEqual(ladder.filter((weight) => weights.includes(weight)));
        expect(weights.at(-1)).toBe(100);
        if (ladder.length > 1) expect(weights.length).toBeGreaterThan(1);
        for (const { watch, note } of rungs) {
          if (!watch) continue;
          expect(watch.windowSeconds).toBeLessThanOrEqual(Math.max(gate.maxBakeSeconds, gate.windowSeconds));
          expect(Number.isInteger(watch.minRequests)).toBe(true);
          expect(note?.includes('pause for want of data')).toBe(watch.expectedRequests < watch.minRequests);
        }
        // At most one rung with a control lacks data, and only where it is the only one.
        const lacking = rungs.filter(({ weight, watch }) => weight < 100 && watch && watch.expectedRequests < watch.minRequests);
        if (lacking.length > 0) expect(weights).toHaveLength(2);
      }),
      { numRuns: 80, seed: 7 },
    );
  });
});
