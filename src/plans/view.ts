import { isUnitRef, type Estate, type CallerExemption, type EstateHost, type EstateService, type UnitRef } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { callerExemptions } from '../estate/exemptions.ts';
import { unitJoins } from './paths.ts';
import { isOnlyAllowed } from '../inventory/allowed.ts';
import { kubeId, workloadIdOf } from '../inventory/ids.ts';
import type { ClusterFacts, Dependency, HostFacts, Inventory, KubeWorkload, Workload } from '../inventory/schema.ts';
import { EstateIndex } from './estate-index.ts';
import { placeOf } from './place.ts';

export { placeOf };
import type { ProxyRef } from './check.ts';
import type { KubeWorkloadRef } from '../estate/schema.ts';

/** Whether proxies get to know a service by its name. One whose server speaks first stays as it is, past every proxy. */
export function isPublished({ hostname, port, serverFirst }: EstateService): boolean {
  return hostname !== undefined && port !== undefined && !serverFirst;
}

/** The two inputs of a plan, and the questions the planner asks of them. Everything is looked up, nothing guessed. */
export class EstateView {
  readonly estate: Estate;
  readonly inventory: Inventory;
  readonly #index: EstateIndex;
  readonly #joiningHosts: Set<string>;

  constructor(estate: Estate, inventory: Inventory) {
    this.estate = estate;
    this.inventory = { ...inventory, dependencies: inventory.dependencies.filter((one) => !isOnlyAllowed(one)) };
    this.#index = new EstateIndex(estate, this.inventory);
    const units = estate.services.filter(unitJoins).map(({ workload }) => workload);
    this.#joiningHosts = new Set(units.flatMap((unit) => (isUnitRef(unit) ? [unit.host] : [])));
  }

  service(name: string): EstateService | undefined {
    return this.#index.services.get(name);
  }

  host(name: string): HostFacts | undefined {
    return this.#index.hosts.get(name);
  }

  /** A host as the estate has it. */
  estateHost(name: string): EstateHost | undefined {
    return this.#index.estateHosts.get(name);
  }

  cluster(name: string): ClusterFacts | undefined {
    return this.inventory.clusters.find((cluster) => cluster.name === name);
  }

  kubeWorkload({ cluster, namespace, kind, name }: Omit<KubeWorkloadRef, 'kind'> & { kind: string }): KubeWorkload | undefined {
    return this.#index.kubeWorkloads.get(kubeId(cluster, namespace, kind, name));
  }

  workloads(service: string): Workload[] {
    return this.#index.workloadsOf.get(service) ?? [];
  }

  workload(id: string): Workload | undefined {
    return this.#index.workloads.get(id);
  }

  /** The service that a workload is of, or that a dependency points at, be it by name or by one of its workloads. */
  serviceAt(node: string): string | undefined {
    return this.#index.serviceAt(node);
  }

  /** All that hosts are told for a name, sorted. */
  answersFor(hostname: string): string[] {
    return [...(this.#index.answers.get(hostname) ?? [])].sort();
  }

  /** All nodes on a host that were seen to call. */
  callersOn(host: string): readonly string[] {
    return this.#index.callersOn.get(host) ?? [];
  }

  /** All that was seen of calls to a service or to one of its workloads. */
  callsTo(service: string): readonly Dependency[] {
    return this.#index.callsTo.get(service) ?? [];
  }

  /** Who calls a service: workload ids and `external/…` nodes, sorted, without the service itself. */
  callersOf(service: string): string[] {
    const callers = this.callsTo(service)
      .map(({ from }) => from)
      .filter((from) => this.workload(from)?.service !== service);
    return [...new Set(callers)].sort();
  }

  /** Of several twins those that call each other by the service's own name: they follow its weights as any caller does. */
  twinsCallingOwnName({ name, twins }: EstateService): string[] {
    if (twins === undefined) return [];
    const calls = this.callsTo(name).filter(({ to }) => to === `service/${name}`);
    const callers = calls.flatMap(({ from }) => this.workload(from) ?? []);
    return [...new Set(callers.flatMap((one) => (one.service === name && one.role === 'twin' ? [one.id] : [])))].sort();
  }

  /** Whether a connection of a caller to a service was seen; a call that is only declared may never happen. */
  isObserved(caller: string, service: string): boolean {
    return this.callsTo(service).some(
      ({ from, to, evidence }) =>
        from === caller && to === `service/${service}` && evidence.some(({ confidence }) => confidence === 'observed'),
    );
  }

  /** Whether the estate says that a caller calls a service too seldom for a gate to wait for it. */
  isRare(caller: string, service: string): boolean {
    return this.service(this.workload(caller)?.service ?? '')?.callsRarely.includes(service) === true;
  }

  /** Callers that were seen to use an address where others use the name. Who calls its twin's is where weights lead. */
  callersByAddress(service: string): string[] {
    const byAddress = this.callsTo(service).filter(
      ({ to, addressedBy }) => addressedBy === 'ip' && to === `service/${service}`,
    );
    return [...new Set(byAddress.map(({ from }) => from))].sort();
  }

  /** Callers that were seen to use an address of a service's twin. */
  callersOfTwinByAddress(service: string): string[] {
    const twins = this.workloads(service).flatMap(({ id, role }) => (role === 'twin' ? [id] : []));
    const found = this.callsTo(service).filter(({ to, addressedBy }) => addressedBy === 'ip' && twins.includes(to));
    return [...new Set(found.map(({ from }) => from))].sort();
  }

  /** Callers of a service that were in the mesh when the inventory was taken. */
  meshedCallersOf(service: string): string[] {
    return this.callersOf(service).filter((caller) => this.workload(caller)?.position.mesh === 'on');
  }

  /** Whether a dependency points at a service that speaks first, so that no proxy knows it. */
  isSilent(to: string): boolean {
    return this.service(this.serviceAt(to) ?? '')?.serverFirst === true;
  }

  /** Whether what a caller on a host sends to a port goes through that host's proxy once it has joined. */
  isCaptured(caller: string, port: number | undefined): boolean {
    const host = placeOf(caller)?.host;
    if (host === undefined || !this.hostJoins(host)) return false;
    const excluded = this.estateHost(host)?.excludeOutboundPorts ?? [];
    return port === undefined || !excluded.includes(port);
  }

  /** Whether a caller shares the service's host: its calls never leave the host, and pass no proxy. */
  isNeighbour(caller: string, { workload }: EstateService): boolean {
    return isUnitRef(workload) && placeOf(caller)?.host === workload.host;
  }

  /** Callers of a service that the estate exempts from joining. */
  exemptCallersOf(service: string): CallerExemption[] {
    const callers = this.callersOf(service);
    return callerExemptions(this.estate).filter((one) => one.service === service && callers.includes(one.caller) && this.holds(one));
  }

  /** Whether an exemption had not expired when the inventory was taken. */
  holds({ expires }: CallerExemption): boolean {
    return expires === undefined || this.inventory.capturedAt < expires;
  }

  /** The services whose units a host runs, in the estate's order. */
  servicesOn(host: string): EstateService[] {
    return this.#index.servicesOn.get(host) ?? [];
  }

  /** All that was seen of calls of a workload or another node. */
  callsFrom(node: string): readonly Dependency[] {
    return this.#index.callsFrom.get(node) ?? [];
  }

  /** Whether a host gets a proxy: a unit of it is on a path that joins where it is. */
  hostJoins(host: string): boolean {
    return this.#joiningHosts.has(host);
  }

  /** The published services a workload calls, sorted. */
  calleesOf(id: string): EstateService[] {
    const called = this.callsFrom(id).map(({ to }) => this.serviceAt(to) ?? '');
    return [...new Set(called)]
      .sort()
      .flatMap((name) => this.service(name) ?? [])
      .filter(isPublished);
  }

  /** Where a workload of the inventory runs, in the estate's own words. */
  refOf(id: string): EstateService['workload'] | undefined {
    const workload = this.workload(id);
    const service = workload && this.service(workload.service);
    if (!workload || !service) return undefined;
    if (workload.role === 'primary') return service.workload;
    return twinsOf(service).find((twin) => workloadIdOf(twin) === id);
  }

  /** The unit of a node on a host, be it of the estate's services or another that was seen to call. */
  unitOf(id: string): UnitRef | undefined {
    const ref = this.refOf(id);
    if (ref) return isUnitRef(ref) ? ref : undefined;
    const { host, owner } = placeOf(id) ?? {};
    return host !== undefined && owner?.endsWith('.service') === true ? { host, unit: owner } : undefined;
  }

  proxyOf(id: string): ProxyRef | undefined {
    const host = placeOf(id)?.host;
    if (host !== undefined) return this.host(host) && this.hostJoins(host) ? { host } : undefined;
    const ref = this.refOf(id);
    return ref && !isUnitRef(ref) ? ref : undefined;
  }

  /** The namespace of a service's mesh objects. */
  namespaceOf(service: EstateService): string | undefined {
    const { workload, namespace } = service;
    if (namespace) return namespace;
    const [twin] = twinsOf(service);
    if (twin) return twin.namespace;
    return isUnitRef(workload) ? undefined : workload.namespace;
  }
}
