import { type HostFacts, type Inventory, inventorySchema } from '../../src/inventory/schema.ts';
import { createPlan } from '../../src/plans/create.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';
import { called } from './grown.ts';
import { shopEstate, shopInventory, shopYaml } from './shop.ts';

/** The shop with so many more services, each on a VM of its own; each calls the one of half its number. */
export function largeShop(count: number): { plan: MigrationPlan; inventory: Inventory } {
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const address = (at: number): string => `198.18.${Math.floor(at / 250)}.${at % 250}`;
  const hosts = numbers.map((at) => `  - { name: h${at}, address: ${address(at)}, user: ops }\n`).join('');
  const services = numbers.map(
    (at) =>
      `  - { name: s${at}, hostname: s${at}.internal, port: 8080, path: stay, namespace: shop, workload: { host: h${at}, unit: s${at}.service } }\n`,
  );
  const yaml = `${shopYaml.replace('clusters:', `${hosts}clusters:`)}${services.join('')}`;
  const inventory = shopInventory();
  const [model] = inventory.hosts as [HostFacts];
  for (const at of numbers) {
    const [name, unit] = [`h${at}`, `s${at}.service`];
    const facts = { ...structuredClone(model), name, address: address(at), addresses: [address(at)] };
    inventory.hosts.push({ ...facts, units: facts.units.map((one) => ({ ...one, name: unit })), listeners: [] });
    const position = { platform: 'vm', mesh: 'off' } as const;
    inventory.workloads.push({
      id: `vm/${name}/${unit}`,
      service: `s${at}`,
      role: 'primary',
      position,
      listeners: [],
      evidence: [],
    });
    if (at > 1) inventory.dependencies.push(called(`vm/${name}/${unit}`, `s${Math.floor(at / 2)}`, 8080));
  }
  for (const host of inventory.hosts) for (const at of numbers) host.names[`s${at}.internal`] = [address(at)];
  const checked = inventorySchema.parse(inventory);
  const plan = createPlan({
    id: 'large',
    estate: shopEstate(yaml),
    inventory: checked,
    provider: providerOf('istio'),
    digests: { estate: sha256Digest('estate'), inventory: sha256Digest('inventory') },
    hash: sha256Digest,
  });
  return { plan, inventory: checked };
}
