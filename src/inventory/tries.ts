import { isUnitRef, type Estate, type EstateService, type KubeWorkloadRef } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { externalId, kubeId, serviceIdOf, unitId, workloadIdOf } from './ids.ts';
import type { Dependency, HostFacts, HostUnit, Inventory } from './schema.ts';
import { type End, Ends } from './try-ends.ts';
import { lookupsOf, type Lookup } from './try-names.ts';
import { isTriable } from './triable.ts';

/** Connections that one source tries at most. */
export const MAX_TRIES = 64;

/** One connection to try, from a host, by its name, or from a pod of a workload, by the workload's id. */
export interface Try {
  from: string;
  address: string;
  port: number;
  for: string[];
  /** Stay silent for some seconds, to hear whether the server speaks first. */
  listens: boolean;
}

/** All that an active discovery tries, in a fixed order, each once. */
export interface Tries {
  connections: Try[];
  lookups: Lookup[];
  /** Whose clocks are read. */
  clusters: string[];
  /** Connections beyond the limit of their source. */
  leftOut: { from: string; count: number }[];
}

type Wish = { from: string; listens?: boolean } & End;

/** What to try in an estate, from what discovery saw of it. Nothing of a cluster that files alone tell of. */
export function decideTries(estate: Estate, inventory: Inventory): Tries {
  const view = { estate, inventory, ends: new Ends(estate, inventory), hosts: sources(estate, inventory) };
  const wishes = [
    ...view.hosts.flatMap((host) => fromHost(view, host)),
    ...estate.services.flatMap((service) => fromPods(view, service)),
  ];
  const asked = merge([...wishes, ...listening(view, wishes)].filter(({ address, port }) => isTriable(address, port)));
  const bySource = [...Map.groupBy(asked, ({ from }) => from)];
  return {
    connections: bySource.flatMap(([, own]) => own.slice(0, MAX_TRIES)),
    lookups: lookupsOf(estate, inventory),
    clusters: inventory.clusters.filter(({ origin }) => origin === undefined).map(({ name }) => name),
    leftOut: bySource.flatMap(([from, { length }]) =>
      length > MAX_TRIES ? [{ from, count: length - MAX_TRIES }] : [],
    ),
  };
}

interface View {
  estate: Estate;
  inventory: Inventory;
  ends: Ends;
  /** Hosts with services of the estate that discovery has read. */
  hosts: readonly HostFacts[];
}

function sources({ services }: Estate, { hosts }: Inventory): HostFacts[] {
  const used = new Set(services.flatMap(({ workload }) => (isUnitRef(workload) ? [workload.host] : [])));
  return hosts.filter(({ name }) => used.has(name));
}

/** From a captured host its own proxy would take every connection, which proves nothing. */
function fromHost(view: View, host: HostFacts): Wish[] {
  if (host.meshed) return [];
  const called = servicesOn(view, host.name).flatMap(({ id }) => callsOf(view, id));
  const ends = called.flatMap(({ to, port }) => view.ends.of(to, port)).filter((end) => end.for.startsWith('k8s/'));
  return [...toDiscovery(view), ...ends].map((end) => ({ from: host.name, ...end }));
}

/** The address that a joining host's proxy asks for its configuration. */
function toDiscovery({ estate, inventory }: View): End[] {
  const mesh = inventory.clusters.find(({ name }) => name === estate.provider.cluster)?.mesh;
  if (mesh === undefined || mesh === null) return [];
  const { service, address, port } = mesh.discovery;
  return [{ address, port, for: kubeId(estate.provider.cluster, mesh.rootNamespace, 'Service', service) }];
}

/** Workloads in a cluster to the units that they call; twins to all that their unit calls. */
function fromPods(view: View, service: EstateService): Wish[] {
  const { workload } = service;
  const twins = twinsOf(service);
  return [
    ...(isUnitRef(workload) ? [] : toUnits(view, workload)),
    ...twins.flatMap((twin) => [
      ...toUnits(view, twin),
      ...(isUnitRef(workload) ? asUnit(view, unitId(workload.host, workload.unit), workloadIdOf(twin)) : []),
    ]),
  ];
}

function toUnits(view: View, ref: KubeWorkloadRef): Wish[] {
  const from = workloadIdOf(ref);
  const ends = callsOf(view, from).flatMap(({ to, port }) => view.ends.of(to, port));
  return ends.filter((end) => end.for.startsWith('vm/')).map((end) => ({ from, ...end }));
}

/** What a unit calls, from its twin: where the callees are, and by the names that the unit uses. */
function asUnit(view: View, unit: string, from: string): Wish[] {
  const seen = callsOf(view, unit).flatMap(({ to, port }) => [
    ...view.ends.of(to, port).flatMap((end) => [end, { ...end, for: to }]),
    ...named(view, to, port),
  ]);
  const declared = unitOf(view, unit)?.declares ?? [];
  const written = declared.map(({ host, port }) => ({ address: host, port, for: calleeNamed(view, host, port) }));
  return [...seen, ...written].map((end) => ({ from, ...end }));
}

/** The service of the estate that goes by a name and port, else the name as a node. */
function calleeNamed({ estate }: View, name: string, port: number): string {
  const service = estate.services.find((one) => one.hostname === name.toLowerCase() && one.port === port);
  return service === undefined ? externalId(name) : serviceIdOf(service.name);
}

function named({ ends }: View, to: string, port: number): End[] {
  const hostname = ends.service(to.replace(/^service\//, ''))?.hostname;
  return hostname === undefined ? [] : [{ address: hostname, port, for: to }];
}

/** Every port of a service is listened at once: from a connection that is tried anyway, else from where it runs. */
function listening(view: View, wishes: readonly Wish[]): Wish[] {
  const onHosts = view.hosts
    .filter(({ meshed }) => !meshed)
    .flatMap(({ name, address }) =>
      servicesOn(view, name).flatMap(({ id, service: { port } }) =>
        port === undefined ? [] : [{ from: name, address, port, for: id, listens: true }],
      ),
    );
  const inPods = view.estate.services
    .flatMap((service) => [service.workload, ...twinsOf(service)].map((ref) => ({ ref, port: service.port })))
    .flatMap(({ ref, port }) => (isUnitRef(ref) ? [] : listenAtPods(view, ref, port, wishes)));
  return [...onHosts, ...inPods];
}

/** Ports of one workload at which somebody listens. */
const LISTENED_PORTS = 4;

/** A pod in the mesh has a proxy before it, whose silence says nothing of the server. */
function listenAtPods(
  { ends }: View,
  ref: KubeWorkloadRef,
  called: number | undefined,
  wishes: readonly Wish[],
): Wish[] {
  const facts = ends.workload(ref);
  const [address] = facts?.podAddresses ?? [];
  if (facts === undefined || facts.meshed || address === undefined) return [];
  const id = workloadIdOf(ref);
  // Ports beside the service's own are of metrics and the like, of which the estate says nothing.
  const ports = called !== undefined && facts.ports.includes(called) ? [called] : facts.ports;
  return ports.slice(0, LISTENED_PORTS).map((port) => {
    const tried = wishes.find((wish) => wish.for === id && wish.address === address && wish.port === port);
    return { from: tried?.from ?? id, address, port, for: id, listens: true };
  });
}

function servicesOn({ estate }: View, host: string): { id: string; service: EstateService }[] {
  return estate.services.flatMap((service) =>
    isUnitRef(service.workload) && service.workload.host === host
      ? [{ id: workloadIdOf(service.workload), service }]
      : [],
  );
}

function callsOf({ inventory }: View, from: string): Dependency[] {
  return inventory.dependencies.filter((one) => one.from === from);
}

function unitOf({ hosts }: View, id: string): HostUnit | undefined {
  for (const host of hosts) {
    const found = host.units.find(({ name }) => unitId(host.name, name) === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** One try for each source, address and port, with all that it is for. */
function merge(wishes: readonly Wish[]): Try[] {
  const groups = Map.groupBy(wishes, ({ from, address, port }) => JSON.stringify([from, address.toLowerCase(), port]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { from, address, port } = first;
    const ids = [...new Set(group.map((one) => one.for))].sort();
    return [{ from, address, port, for: ids.slice(0, 64), listens: group.some(({ listens = false }) => listens) }];
  });
}
