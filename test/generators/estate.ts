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
  for (const { from, to } of calls) if (dice.chance(0.1)) services.find(({ name }) => name === from)?.rarely.push(to);
  const sites = new Map(Array.from({ length: hosts }, (_, at) => [`h${at}`, dice.pick(['north', 'south'])] as const));
  const waves = sketchPolicy(dice, services);
  // Said last, so that a seed gives the estate that it gave before there was this word.
  return { services, calls, sites, waves, egress: dice.chance(0.7) ? 'scoped' : 'open' };
}

function sketchService(dice: Dice, at: number, hosts: number): Sketch {
  const platform = dice.chance(0.6) ? 'vm' : 'kubernetes';
  const place = dice.below(hosts);
  // Units of one host join together or not at all: most hosts have paths of one kind.
  const isPlain = place % 3 === 1 && dice.chance(0.95);
  const twin = platform === 'vm' && (isPlain || dice.chance(0.5));
  const path = isPlain ? dice.pick(['platform-first', 'direct'] as const) : dice.chance(0.1) ? 'stay' : undefined;
  return {
    name: `s${String(at).padStart(2, '0')}`,
    platform,
    host: `h${place}`,
    twin,
    ...(twin && path && { path }),
    retire: twin && path === undefined && dice.chance(0.4),
    state: dice.chance(0.85)
      ? dice.pick(['none', 'shared'] as const)
      : dice.pick(['local', 'singleton', 'unknown'] as const),
    protocol: dice.chance(0.85) ? 'http' : 'tcp',
    ...(dice.chance(0.3) && { tier: dice.below(3) }),
    ...(dice.chance(0.4) && { owner: dice.pick(['red', 'blue']) }),
    ...(dice.chance(0.5) && { requestsPerSecond: sketchRate(dice) }),
    meshed: platform === 'kubernetes' && dice.chance(0.1),
    hostname: `s${String(at).padStart(2, '0')}.shop.internal`,
    rarely: [],
  };
}

const sketchRate = (dice: Dice): number =>
  dice.chance(0.1) ? dice.pick([0, 1e9]) : Math.round(10 ** (dice.next() * 6 - 2) * 100) / 100;

function sketchCall(dice: Dice, services: readonly Sketch[]): SketchedCall {
  const to = dice.pick(services).name;
  const stranger = dice.chance(0.06);
  const caller = dice.pick(services);
  const from = stranger ? `external/203.0.113.${1 + dice.below(9)}` : caller.name;
  const exempt = stranger && dice.chance(0.5);
  const expires = exempt && dice.chance(0.5) ? { expires: dice.pick(['2025-12-31', '2026-01-01', '2026-01-02']) } : {};
  const byTwin = !stranger && caller.twin && dice.chance(0.2);
  return { from, to, declared: dice.chance(0.15), exempt, ...expires, byTwin };
}

const some = (dice: Dice, services: readonly Sketch[]): string[] => [
  ...new Set([dice.pick(services).name, dice.pick(services).name, dice.pick(services).name]),
];

/** Words of the policy that name services; a set of one is no set. */
function sketchNames(dice: Dice, services: readonly Sketch[]): Record<string, unknown> {
  const set = some(dice, services);
  const [together, apart] = [dice.chance(0.2), dice.chance(0.2)];
  const from = 1 + dice.below(3);
  const pin = { service: dice.pick(services).name, from, ...(dice.chance(0.5) && { until: from + dice.below(4) }) };
  return {
    ...(set.length > 1 && together && { together: [set] }),
    ...(set.length > 1 && apart && !together && { apart: [{ services: set, ...(dice.chance(0.5) && { most: 1 }) }] }),
    ...(dice.chance(0.2) && { pins: [pin] }),
    ...(dice.chance(0.15) && { maxWaves: 1 + dice.below(4) }),
  };
}

function sketchPolicy(dice: Dice, services: readonly Sketch[]): Record<string, unknown> {
  return {
    ...sketchNames(dice, services),
    lambda: dice.pick([0, 1, 24, 500]),
    maxWorkloads: 1 + dice.below(8),
    maxShare: dice.pick([0.1, 0.3, 1]),
    maxTier0: 1 + dice.below(2),
    firstWorkloads: 1 + dice.below(3),
    callerFirst: dice.pick([0, 0.1, 1]),
    ...(dice.chance(0.3) && { maxPerOwner: 1 + dice.below(3) }),
  };
}
