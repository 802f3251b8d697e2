import { estateSchema, type Estate } from '../../src/estate/schema.ts';
import { type Inventory, inventorySchema } from '../../src/inventory/schema.ts';
import { estateDocument, inventoryDocument } from './estate-documents.ts';
import { Dice } from './dice.ts';
import type { Sketch, SketchedCall, SketchedEstate } from './sketch.ts';

/** An estate and what discovery would have seen of it; the same seed gives the same. */
export function randomEstate(
  seed: number,
  size = 12,
): { sketch: SketchedEstate; estate: Estate; inventory: Inventory } {
  const sketch = sketchEstate(new Dice(seed), size);
  return {
    sketch,
    estate: estateSchema.parse(estateDocument(sketch)),
    inventory: inventorySchema.parse(inventoryDocument(sketch)),
  };
}

function sketchEstate(dice: Dice, size: number): SketchedEstate {
  const count = 1 + dice.below(size);
  const hosts = 1 + dice.below(count);
  const services = Array.from({ length: count }, (_, at) => sketchService(dice, at, hosts));
  const calls = Array.from({ length: dice.below(3 * count) }, () => sketchCall(dice, services));
  const sites = new Map(Array.from({ length: hosts }, (_, at) => [`h${at}`, dice.pick(['north', 'south'])] as const));
  return { services, calls, sites, waves: sketchPolicy(dice) };
}

function sketchService(dice: Dice, at: number, hosts: number): Sketch {
  const platform = dice.chance(0.6) ? 'vm' : 'kubernetes';
  const twin = platform === 'vm' && dice.chance(0.5);
  return {
    name: `s${String(at).padStart(2, '0')}`,
    platform,
    host: `h${dice.below(hosts)}`,
    twin,
    retire: twin && dice.chance(0.4),
    state: dice.chance(0.85)
      ? dice.pick(['none', 'shared'] as const)
      : dice.pick(['local', 'singleton', 'unknown'] as const),
    protocol: dice.chance(0.85) ? 'http' : 'tcp',
    ...(dice.chance(0.3) && { tier: dice.below(3) }),
    ...(dice.chance(0.4) && { owner: dice.pick(['red', 'blue']) }),
    ...(dice.chance(0.5) && { requestsPerSecond: Math.round(10 ** (dice.next() * 6 - 2) * 100) / 100 }),
    meshed: platform === 'kubernetes' && dice.chance(0.1),
    hostname: `s${String(at).padStart(2, '0')}.shop.internal`,
  };
}

function sketchCall(dice: Dice, services: readonly Sketch[]): SketchedCall {
  const to = dice.pick(services).name;
  const stranger = dice.chance(0.06);
  const from = stranger ? `external/203.0.113.${1 + dice.below(9)}` : dice.pick(services).name;
  return { from, to, declared: dice.chance(0.15), exempt: stranger && dice.chance(0.5) };
}

function sketchPolicy(dice: Dice): Record<string, unknown> {
  return {
    lambda: dice.pick([0, 1, 24, 500]),
    maxWorkloads: 1 + dice.below(8),
    maxShare: dice.pick([0.1, 0.3, 1]),
    maxTier0: 1 + dice.below(2),
    firstWorkloads: 1 + dice.below(3),
    callerFirst: dice.pick([0, 0.1, 1]),
    ...(dice.chance(0.3) && { maxPerOwner: 1 + dice.below(3) }),
  };
}
