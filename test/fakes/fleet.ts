import { type Dependency, type HostFacts, type Inventory, inventorySchema } from '../../src/inventory/schema.ts';
import { createPlan } from '../../src/plans/create.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';
import type { Estate } from '../../src/estate/schema.ts';
import { called } from './grown.ts';
import { shopEstate, shopInventory, shopYaml } from './shop.ts';

/** What a fleet is like; everything follows from these numbers, so that a failing one can be had again. */
export interface FleetShape {
  vms: number;
  /** Of each VM: how many of the VMs before it its service calls, by turns. */
  callees: readonly number[];
  /** Every n-th VM runs two services; 0 for none. */
  twoServicesEvery: number;
  /** Every n-th service is TCP; 0 for none. */
  tcpEvery: number;
  /** Every n-th host has names of another length and its sshd on another port; 0 for none. */
  oddEvery: number;
}

export const plainFleet: FleetShape = {
  vms: 300,
  callees: [0, 1, 2, 3],
  twoServicesEvery: 25,
  tcpEvery: 20,
  oddEvery: 30,
};

const isNth = (at: number, every: number): boolean => every > 0 && at % every === every - 1;

interface Member {
  host: string;
  address: string;
  sshd: number;
  services: { name: string; port: number; protocol: 'http' | 'tcp'; unit: string }[];
}

function memberOf(shape: FleetShape, at: number): Member {
  const odd = isNth(at, shape.oddEvery);
  const number = String(at).padStart(3, '0');
  const host = odd ? `db${at}.rack-7.example.net` : `vm-${number}`;
  const names = isNth(at, shape.twoServicesEvery) ? [`app-${number}`, `side-${number}`] : [`app-${number}`];
  return {
    host,
    address: `10.${(at >> 8) & 255}.${at & 255}.7`,
    sshd: odd ? 2222 : 22,
    services: names.map((name, index) => ({
      name,
      port: 8000 + index * 1000 + (at % 5),
      protocol: isNth(at, shape.tcpEvery) ? 'tcp' : 'http',
      unit: odd ? `${name}@main.service` : `${name}.service`,
    })),
  };
}

const membersOf = (shape: FleetShape): Member[] => Array.from({ length: shape.vms }, (_, at) => memberOf(shape, at));

/** The sample estate, and beside it a fleet of VMs that stay and join. */
export function fleetEstate(shape: FleetShape): Estate {
  const members = membersOf(shape);
  const hosts = members.map(
    ({ host, address, sshd }) => `  - { name: ${host}, address: ${address}, port: ${sshd}, user: ops }\n`,
  );
  const services = members.flatMap(({ host, services: own }) =>
    own.map(
      ({ name, port, protocol, unit }) =>
        `  - { name: ${name}, hostname: ${name}.fleet.internal, port: ${port}, protocol: ${protocol}, path: stay, callers: none, namespace: shop, workload: { host: ${host}, unit: ${unit} } }\n`,
    ),
  );
  return shopEstate(shopYaml.replace('clusters:', `${hosts.join('')}clusters:`) + services.join(''));
}

/** What discovery would see of it. */
export function fleetInventory(shape: FleetShape): Inventory {
  const members = membersOf(shape);
  const inventory = shopInventory();
  const [sample] = inventory.hosts as [HostFacts];
  const names = Object.fromEntries(
    members.flatMap(({ address, services }) => services.map(({ name }) => [`${name}.fleet.internal`, [address]])),
  );
  for (const host of inventory.hosts) host.names = { ...host.names, ...names };
  for (const member of members) {
    const { host, address, sshd, services } = member;
    const units = services.map(({ unit }) => ({ ...(sample.units[0] as HostFacts['units'][number]), name: unit }));
    const listeners = services.map(({ port, unit }) => ({ protocol: 'tcp' as const, address: '0.0.0.0', port, unit }));
    inventory.hosts.push({
      ...structuredClone(sample),
      ...{ name: host, hostname: host, address, addresses: [address], sshdPorts: [sshd], units, listeners },
    });
    for (const { name, unit } of services)
      inventory.workloads.push({
        ...{ id: `vm/${host}/${unit}`, service: name, role: 'primary', listeners: [], evidence: [] },
        position: { platform: 'vm', mesh: 'off' },
      });
  }
  inventory.dependencies.push(
    ...members.flatMap((member, at) =>
      callsOf(member, members.slice(0, at), shape.callees[at % shape.callees.length] ?? 0),
    ),
  );
  return inventorySchema.parse(inventory);
}

/** To the services of the members before it, nearest first. */
function callsOf({ host, services: [own] }: Member, before: readonly Member[], count: number): Dependency[] {
  if (!own || count === 0) return [];
  return before
    .slice(-count)
    .flatMap(({ services: [callee] }) =>
      callee ? [{ ...called(`vm/${host}/${own.unit}`, callee.name, callee.port), protocol: callee.protocol }] : [],
    );
}

/** The plan for it. */
export function fleetPlan(shape: FleetShape): MigrationPlan {
  return createPlan({
    id: 'fleet',
    estate: fleetEstate(shape),
    inventory: fleetInventory(shape),
    provider: providerOf('istio'),
    digests: { estate: sha256Digest('estate'), inventory: sha256Digest('inventory') },
    hash: sha256Digest,
  });
}
