import { isUnitRef, type Estate, type EstateService } from '../estate/schema.ts';
import { calledService } from '../graph/order.ts';
import type { ClusterFacts, HostFacts, Inventory, KubeWorkload, Workload } from '../inventory/schema.ts';
import type { ProxyRef } from './check.ts';
import type { KubeWorkloadRef } from '../estate/schema.ts';

/** The two inputs of a plan, and the questions the planner asks of them. Everything is looked up, nothing guessed. */
export class EstateView {
  readonly estate: Estate;
  readonly inventory: Inventory;
  readonly #serviceOf: Map<string, string>;

  constructor(estate: Estate, inventory: Inventory) {
    this.estate = estate;
    this.inventory = inventory;
    this.#serviceOf = new Map(inventory.workloads.map(({ id, service }) => [id, service]));
  }

  service(name: string): EstateService | undefined {
    return this.estate.services.find((service) => service.name === name);
  }

  host(name: string): HostFacts | undefined {
    return this.inventory.hosts.find((host) => host.name === name);
  }

  cluster(name: string): ClusterFacts | undefined {
    return this.inventory.clusters.find((cluster) => cluster.name === name);
  }

  kubeWorkload(ref: Omit<KubeWorkloadRef, 'kind'> & { kind: string }): KubeWorkload | undefined {
    return this.cluster(ref.cluster)?.workloads.find(
      ({ namespace, kind, name }) => namespace === ref.namespace && kind === ref.kind && name === ref.name,
    );
  }

  workloads(service: string): Workload[] {
    return this.inventory.workloads.filter((workload) => workload.service === service);
  }

  /** Who calls a service: workload ids and `external/…` nodes, sorted, without the service itself. */
  callersOf(service: string): string[] {
    const callers = this.inventory.dependencies
      .filter(({ to }) => calledService(to, this.#serviceOf) === service)
      .map(({ from }) => from)
      .filter((from) => this.#serviceOf.get(from) !== service);
    return [...new Set(callers)].sort();
  }

  /** Callers that were seen to use an address where others use the name. */
  callersByAddress(service: string): string[] {
    const byAddress = this.inventory.dependencies.filter(
      ({ to, addressedBy }) => addressedBy === 'ip' && calledService(to, this.#serviceOf) === service,
    );
    return [...new Set(byAddress.map(({ from }) => from))].sort();
  }

  /** The published services a workload calls, sorted. */
  calleesOf(id: string): EstateService[] {
    const called = this.inventory.dependencies
      .filter(({ from }) => from === id)
      .map(({ to }) => calledService(to, this.#serviceOf));
    return [...new Set(called)]
      .sort()
      .flatMap((name) => this.service(name) ?? [])
      .filter(({ hostname }) => hostname !== undefined);
  }

  /** Where a workload of the inventory runs, in the estate's own words. */
  refOf(id: string): EstateService['workload'] | undefined {
    const workload = this.inventory.workloads.find((candidate) => candidate.id === id);
    const service = workload && this.service(workload.service);
    if (!workload || !service) return undefined;
    return workload.role === 'twin' ? service.twin : service.workload;
  }

  proxyOf(id: string): ProxyRef | undefined {
    const ref = this.refOf(id);
    if (!ref) return undefined;
    return isUnitRef(ref) ? { host: ref.host } : ref;
  }

  /** The namespace of a service's mesh objects. */
  namespaceOf(service: EstateService): string | undefined {
    const { workload, twin, namespace } = service;
    if (namespace) return namespace;
    if (twin) return twin.namespace;
    return isUnitRef(workload) ? undefined : workload.namespace;
  }
}
