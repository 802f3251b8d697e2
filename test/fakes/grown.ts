import { type Dependency, type HostFacts, type Inventory, inventorySchema } from '../../src/inventory/schema.ts';
import { createPlan } from '../../src/plans/create.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';
import { shopEstate, shopInventory, shopYaml } from './shop.ts';

/** The sample estate grown: two services on vm-b; on vm-c one that only calls, and one whose server speaks first. */
export const grownYaml = `${shopYaml.replace(
  'clusters:',
  '  - { name: vm-c, address: 192.0.2.13, user: ops }\nclusters:',
)}  - { name: stock, hostname: stock.shop.internal, port: 8082, path: stay, namespace: shop, workload: { host: vm-b, unit: stock.service } }
  - { name: reports, callers: none, callsRarely: [pricing], namespace: shop, workload: { host: vm-c, unit: reports.service } }
  - { name: ledger, hostname: ledger.shop.internal, port: 9090, protocol: tcp, serverFirst: true, namespace: shop, workload: { host: vm-c, unit: ledger.service } }
exemptions:
  - { caller: external/192.0.2.50, service: pricing, reason: an appliance that nobody can change, expires: 2026-06-30 }
`;

const at = '2026-01-01T00:00:00.000Z';

/** A call of the grown shop, seen on the wire. */
export const called = (
  from: string,
  to: string,
  port: number,
  addressedBy: Dependency['addressedBy'] = 'name',
): Dependency => ({
  from,
  to: `service/${to}`,
  port,
  protocol: 'http',
  addressedBy,
  evidence: [{ source: 'ss', detail: 'seen', at, count: 1, confidence: 'observed' }],
});

export const reports = 'vm/vm-c/reports.service';
const calls: Dependency[] = [
  called(reports, 'stock', 8082, 'ip'),
  called(reports, 'pricing', 8081),
  called('external/vm/vm-c/nightly.service', 'pricing', 8081),
  called('external/192.0.2.50', 'pricing', 8081),
  called('vm/vm-a/catalog.service', 'ledger', 9090),
];

/** What discovery would see of it; `change` may bend it, within the schema. */
export function grownInventory(change: (inventory: Inventory) => void = () => undefined): Inventory {
  const inventory = shopInventory();
  const [vmA, vmB] = inventory.hosts as [HostFacts, HostFacts];
  const unit = (name: string): HostFacts['units'][number] => ({
    ...(vmA.units[0] as HostFacts['units'][number]),
    name,
  });
  vmB.units.push(unit('stock.service'));
  inventory.hosts.push({
    ...structuredClone(vmA),
    name: 'vm-c',
    address: '192.0.2.13',
    addresses: ['192.0.2.13'],
    units: [unit('reports.service'), unit('ledger.service')],
  });
  for (const { names } of inventory.hosts) {
    names['stock.shop.internal'] = ['192.0.2.12'];
    names['ledger.shop.internal'] = ['192.0.2.13'];
  }
  const vm = { platform: 'vm', mesh: 'off' } as const;
  const added = { stock: 'vm/vm-b/stock.service', reports, ledger: 'vm/vm-c/ledger.service' };
  for (const [service, id] of Object.entries(added))
    inventory.workloads.push({ id, service, role: 'primary', position: vm, listeners: [], evidence: [] });
  inventory.dependencies.push(...structuredClone(calls));
  change(inventory);
  return inventorySchema.parse(inventory);
}

/** The plan for it. */
export function grownPlan(change?: (inventory: Inventory) => void, yaml = grownYaml): MigrationPlan {
  return createPlan({
    id: 'grown',
    estate: shopEstate(yaml),
    inventory: grownInventory(change),
    provider: providerOf('istio'),
    digests: { estate: sha256Digest('estate'), inventory: sha256Digest('inventory') },
    hash: sha256Digest,
  });
}
