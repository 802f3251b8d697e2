import { describe, expect, it } from 'vitest';
import { estateDigest } from '../../../src/estate/digest.ts';
import { inventoryDigest } from '../../../src/inventory/digest.ts';
import { createPlan } from '../../../src/plans/create.ts';
import { lint } from '../../../src/plans/lint/lint.ts';
import { sha256Digest } from '../../../src/ports/hash.ts';
import { providerOf } from '../../../src/providers/index.ts';
import { randomEstate } from '../../generators/estate.ts';

/** Errors of lint about the plan of a random estate; nothing where the planner itself found the plan not applyable. */
function errorsOf(seed: number): string[] {
  const { estate, inventory } = randomEstate(seed);
  const digests = {
    estate: estateDigest(estate, sha256Digest),
    inventory: inventoryDigest(inventory, sha256Digest),
  };
  const provider = providerOf('istio');
  const plan = createPlan({ id: 'random', estate, inventory, provider, digests, hash: sha256Digest });
  if (!plan.applyable) return [];
  const { findings } = lint({
    plan,
    hash: sha256Digest,
    nowMs: 0,
    inventory: { file: 'inventory.json', inventory, digest: digests.inventory },
    estate: { file: 'estate.yaml', estate, digest: digests.estate },
  });
  return findings.filter(({ level }) => level === 'error').map(({ code, cause }) => `${seed}: ${code} ${cause}`);
}

describe('plans of random estates', () => {
  it.each([
    ['a circle that is closed by who is in the mesh already', 91],
    ['the same, with two hosts', 102],
    ['a host with services of an owner and of nobody', 137],
  ])('break no rule: %s', (_, seed) => {
    expect(errorsOf(seed)).toEqual([]);
  });

  it('break no rule, whatever the estate', () => {
    expect(Array.from({ length: 40 }, (_, at) => errorsOf(1000 + at)).flat()).toEqual([]);
  });
});
