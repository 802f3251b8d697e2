import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlan } from '../../src/plans/create.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';
import { direct, platformFirst } from '../fakes/path-shop.ts';
import { randomEstate, randomInventory, randomServices } from '../fakes/random-estate.ts';
import { ModelRun } from '../fakes/run.ts';

/** The steps that are undone when a run that came to its end goes back to the start, in order. */
function undone(plan: MigrationPlan): string[] {
  const run = new ModelRun(plan);
  run.goal('forward');
  expect(run.run()).toMatchObject({ do: 'finish' });
  const before = run.deeds.length;
  run.goal('back');
  expect(run.run()).toMatchObject({ do: 'finish', goal: 'start' });
  expect([...run.target]).toEqual([]);
  return run.deeds.slice(before).map((deed) => deed.replace(/^\S+ /, ''));
}

describe('the way back', () => {
  it('of platform-first lets the callers and the twin leave before a person moves the name', () => {
    const steps = undone(platformFirst());
    const order = ['enforce-catalog/strict-pods', 'join-web/enrol', 'join-catalog-twin/publish-name', 'join-catalog-twin/enrol', 'switch-catalog/name'];
    expect(steps.filter((step) => order.includes(step))).toEqual(order);
  });

  it('of direct moves the weights first, and takes the name away when the callers have left', () => {
    const steps = undone(direct());
    const order = ['enforce-catalog/strict-pods', 'move-catalog/weight-100', 'move-catalog/weight-1', 'move-catalog/enrol', 'join-web/enrol', 'publish-catalog/publish-name'];
    expect(steps.filter((step) => order.includes(step))).toEqual(order);
  });

  it('of any plan undoes all of it, in the opposite order where nobody has to do anything by hand', () => {
    fc.assert(
      fc.property(randomServices, (services) => {
        const digests = { estate: sha256Digest('estate'), inventory: sha256Digest('inventory') };
        const plan = createPlan({
          id: 'random',
          estate: randomEstate(services),
          inventory: randomInventory(services),
          provider: providerOf('istio'),
          digests,
          hash: sha256Digest,
        });
        const forward = plan.stages.flatMap(({ steps }) => steps.map(({ id }) => id));
        // A switch is made before its twin joins, so it is also in its place on the way back.
        expect(undone(plan)).toEqual(forward.toReversed());
      }),
      { numRuns: 25 },
    );
  });
});
