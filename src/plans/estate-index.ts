import { type Estate, type EstateHost, type EstateService, isUnitRef } from '../estate/schema.ts';
import { calledService } from '../graph/order.ts';
import { kubeId } from '../inventory/ids.ts';
import { placeOf } from './place.ts';
import type { Dependency, HostFacts, Inventory, KubeWorkload, Workload } from '../inventory/schema.ts';

/** An estate and its inventory by the names they are asked for: ten thousand services are asked ten thousand times. */
export class EstateIndex {
  readonly services: ReadonlyMap<string, EstateService>;
  readonly servicesOn: ReadonlyMap<string, EstateService[]>;
  readonly estateHosts: ReadonlyMap<string, EstateHost>;
  readonly hosts: ReadonlyMap<string, HostFacts>;
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly workloadsOf: ReadonlyMap<string, Workload[]>;
  readonly kubeWorkloads: ReadonlyMap<string, KubeWorkload>;
  readonly callsFrom: ReadonlyMap<string, Dependency[]>;
  /** By the called service's name. */
  readonly callsTo: ReadonlyMap<string, Dependency[]>;
  /** What callers on each host there are, by the host: its units, its other processes, what it forwards. */
  readonly callersOn: ReadonlyMap<string, string[]>;
  /** What the hosts are told for a name, all their answers in one. */
  readonly answers: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #serviceOf: ReadonlyMap<string, string>;

  constructor({ services, hosts }: Estate, inventory: Inventory) {
    this.services = byName(services);
    this.estateHosts = byName(hosts);
    this.servicesOn = Map.groupBy(services.filter(({ workload }) => isUnitRef(workload)), ({ workload }) =>
      isUnitRef(workload) ? workload.host : '',
    );
    this.hosts = byName(inventory.hosts);
    this.workloads = new Map(inventory.workloads.map((one) => [one.id, one]));
    this.workloadsOf = Map.groupBy(inventory.workloads, ({ service }) => service);
    this.kubeWorkloads = new Map(inventory.clusters.flatMap(workloadsById));
    this.callsFrom = Map.groupBy(inventory.dependencies, ({ from }) => from);
    this.#serviceOf = new Map(inventory.workloads.map(({ id, service }) => [id, service]));
    this.callersOn = Map.groupBy(this.callsFrom.keys(), (from) => placeOf(from)?.host ?? '');
    this.answers = answersOf(inventory.hosts);
    this.callsTo = Map.groupBy(inventory.dependencies, ({ to }) => calledService(to, this.#serviceOf));
  }

  serviceAt(node: string): string | undefined {
    const name = calledService(node, this.#serviceOf);
    return name === '' ? undefined : name;
  }
}

function answersOf(hosts: readonly HostFacts[]): Map<string, Set<string>> {
  const answers = new Map<string, Set<string>>();
  for (const [name, addresses] of hosts.flatMap(({ names }) => Object.entries(names))) {
    const known = answers.get(name) ?? new Set();
    for (const address of addresses) known.add(address);
    answers.set(name, known);
  }
  return answers;
}

/** The first of each name, as a search would find it. */
function byName<T extends { name: string }>(all: readonly T[]): Map<string, T> {
  return new Map(all.toReversed().map((one) => [one.name, one]));
}

function workloadsById({ name: cluster, workloads }: Inventory['clusters'][number]): [string, KubeWorkload][] {
  return workloads.map((one) => [kubeId(cluster, one.namespace, one.kind, one.name), one]);
}
