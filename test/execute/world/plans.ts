import type { Estate } from '../../../src/estate/schema.ts';
import type { Inventory } from '../../../src/inventory/schema.ts';
import { createPlan } from '../../../src/plans/create.ts';
import type { Gate } from '../../../src/plans/gate.ts';
import type { MigrationPlan } from '../../../src/plans/plan.ts';
import { sha256Digest } from '../../../src/ports/hash.ts';
import { providerOf } from '../../../src/providers/index.ts';
import { randomEstate } from '../../generators/estate.ts';
import type { SketchedEstate } from '../../generators/sketch.ts';

const digest = sha256Digest('x');

export interface PlannedEstate {
  sketch: SketchedEstate;
  estate: Estate;
  inventory: Inventory;
  plan: MigrationPlan;
}

/** Most of a simulation's time goes into looks at gates that see nothing: of so many estates one is looked at as often as planned. */
const EVERY_LOOK = 16;
const LESS_OFTEN = 10;

function lookingLess(plan: MigrationPlan): MigrationPlan {
  const less = <T extends { gate?: Gate | undefined }>(one: T): T =>
    one.gate?.lookEveryMs === undefined
      ? one
      : { ...one, gate: { ...one.gate, lookEveryMs: one.gate.lookEveryMs * LESS_OFTEN } };
  return { ...plan, stages: plan.stages.map((stage) => ({ ...less(stage), steps: stage.steps.map(less) })) };
}

/**
 * A random estate of at most so many services, 3 to 8, with its plan. Rates are such that gates have enough to decide on: an estate
 * without traffic pauses at its first gate, and a simulation of it would show nothing else.
 */
export function randomPlan(seed: number, size = 3 + (seed % 6)): PlannedEstate {
  const made = randomEstate(seed, size);
  const { policy } = made.estate;
  const services = made.estate.services.map((one) =>
    one.requestsPerSecond === undefined ? one : { ...one, requestsPerSecond: 300 },
  );
  const estate: Estate = {
    ...made.estate,
    services,
    // Where nobody keeps what was counted, no calls are compared with those before a stage.
    metrics: seed % 4 === 0 ? {} : { prometheus: { url: 'http://192.0.2.1:9090' } },
    policy: { ...policy, waves: { ...policy.waves, assumedRate: 20 } },
  };
  const { sketch, inventory } = made;
  const digests = { estate: digest, inventory: digest };
  const plan = createPlan({
    id: 'random',
    estate,
    inventory,
    provider: providerOf('istio'),
    digests,
    hash: sha256Digest,
    moves: 50,
  });
  return { sketch, estate, inventory, plan: seed % EVERY_LOOK === 0 ? plan : lookingLess(plan) };
}
