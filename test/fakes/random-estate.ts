import fc from 'fast-check';
import type { Estate, MigrationPath } from '../../src/estate/schema.ts';
import {
  type Dependency,
  type HostFacts,
  type Inventory,
  inventorySchema,
  type KubeWorkload,
} from '../../src/inventory/schema.ts';
import { called } from './grown.ts';
import { shopEstate, shopInventory, shopYaml } from './shop.ts';

/** One service of a random estate; `host` of several may be the same. */
export interface RandomService {
  inPods: boolean;
  host: number;
  path: MigrationPath | undefined;
  hasTwin: boolean;
  hasSwitch: boolean;
  state: 'none' | 'shared' | 'local';
  protocol: 'http' | 'tcp';
  /** Services with a higher number that it calls. */
  calls: number[];
  isCalledByStranger: boolean;
}

const service = (at: number, count: number): fc.Arbitrary<RandomService> =>
  fc.record({
    inPods: fc.boolean(),
    host: fc.nat(count - 1),
    path: fc.option(fc.constantFrom<MigrationPath>('mesh-first', 'platform-first', 'direct', 'stay'), {
      nil: undefined,
    }),
    hasTwin: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    hasSwitch: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    state: fc.constantFrom('none', 'shared', 'none', 'local'),
    protocol: fc.constantFrom('http', 'http', 'tcp'),
    calls:
      at === count - 1
        ? fc.constant([])
        : fc.uniqueArray(fc.integer({ min: at + 1, max: count - 1 }), { maxLength: 3 }),
    isCalledByStranger: fc.oneof(
      { weight: 5, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  });

/** Services that call each other in no circle: units alone or together on hosts, pods, twins, strangers. */
export const randomServices: fc.Arbitrary<RandomService[]> = fc
  .integer({ min: 2, max: 6 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => service(at, count))));

const nameOf = (at: number): string => `s${at}`;
const kube = (name: string): { cluster: string; namespace: string; kind: 'Deployment'; name: string } => ({
  cluster: 'lab',
  namespace: 'shop',
  kind: 'Deployment',
  name,
});
const unitOf = (at: number, { host }: RandomService): { host: string; unit: string } => ({
  host: `h${host}`,
  unit: `s${at}.service`,
});
const idOf = (at: number, one: RandomService): string =>
  one.inPods ? `k8s/lab/shop/Deployment/s${at}` : `vm/h${one.host}/s${at}.service`;

/** The estate file of such services, in the words of the schema. */
export function randomEstate(services: readonly RandomService[]): Estate {
  const base = shopEstate(shopYaml);
  const hosts = [...new Set(services.filter(({ inPods }) => !inPods).map(({ host }) => host))];
  return {
    ...base,
    hosts: hosts.map((host) => ({ ...base.hosts[0]!, name: `h${host}`, address: `192.0.2.${host + 10}` })),
    services: services.map((one, at) => ({
      ...base.services[1]!,
      name: nameOf(at),
      hostname: `s${at}.shop.internal`,
      port: 8000 + at,
      protocol: one.protocol,
      path: one.path,
      state: one.state,
      namespace: 'shop',
      workload: one.inPods ? kube(nameOf(at)) : unitOf(at, one),
      twin: !one.inPods && one.hasTwin ? kube(`${nameOf(at)}-twin`) : undefined,
      switch: one.hasSwitch ? { answers: [`198.51.100.${at + 10}`] } : undefined,
    })),
  };
}

/** What discovery would see of them. */
export function randomInventory(services: readonly RandomService[]): Inventory {
  const base = shopInventory();
  const [cluster] = base.clusters;
  return inventorySchema.parse({
    ...base,
    hosts: hostsOf(services, base.hosts[0]!),
    clusters: [{ ...cluster, workloads: podsOf(services, cluster!.workloads[0]!) }],
    workloads: services.flatMap((one, at) => [
      {
        ...base.workloads[0]!,
        id: idOf(at, one),
        service: nameOf(at),
        position: { platform: one.inPods ? 'kubernetes' : 'vm', mesh: 'off' },
      },
      ...(!one.inPods && one.hasTwin
        ? [{ ...base.workloads[0]!, id: `k8s/lab/shop/Deployment/s${at}-twin`, service: nameOf(at), role: 'twin' }]
        : []),
    ]),
    dependencies: callsOf(services),
  });
}

function callsOf(services: readonly RandomService[]): Dependency[] {
  return services.flatMap((one, at) => [
    ...one.calls.map((to) => called(idOf(at, one), nameOf(to), 8000 + to)),
    ...(one.isCalledByStranger ? [called('external/203.0.113.9', nameOf(at), 8000 + at)] : []),
  ]);
}

function hostsOf(services: readonly RandomService[], base: HostFacts): HostFacts[] {
  const units = services.flatMap((one, at) => (one.inPods ? [] : [{ at, ...unitOf(at, one), number: one.host }]));
  const names = Object.fromEntries(units.map(({ at, number }) => [`s${at}.shop.internal`, [`192.0.2.${number + 10}`]]));
  return [...Map.groupBy(units, ({ host }) => host)].map(([name, own]) => ({
    ...base,
    name,
    address: `192.0.2.${(own[0]?.number ?? 0) + 10}`,
    addresses: [`192.0.2.${(own[0]?.number ?? 0) + 10}`],
    units: own.map(({ unit }) => ({ ...base.units[0]!, name: unit })),
    listeners: own.map(({ at, unit }) => ({ protocol: 'tcp', address: '0.0.0.0', port: 8000 + at, unit })),
    names,
  }));
}

function podsOf(services: readonly RandomService[], base: KubeWorkload): KubeWorkload[] {
  return services.flatMap((one, at) => {
    if (!one.inPods && !one.hasTwin) return [];
    const name = one.inPods ? nameOf(at) : `${nameOf(at)}-twin`;
    return [
      { ...base, name, selector: { app: name }, podLabels: { app: name }, serviceAccount: name, ports: [8000 + at] },
    ];
  });
}
