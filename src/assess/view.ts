import { isUnitRef, type Estate, type EstateService, type KubeWorkloadRef } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { kubeId, unitId, workloadIdOf } from '../inventory/ids.ts';
import { selects } from '../inventory/landmarks.ts';
import type { ClusterFacts, HostFacts, Inventory, KubeService, KubeWorkload } from '../inventory/schema.ts';
import type { FoundElsewhere } from './elsewhere.ts';

/** All that an assessment rests on. */
export interface AssessInputs {
  estate: Estate;
  inventory: Inventory;
  /** The time of the assessment, in milliseconds since the epoch. */
  nowMs: number;
  /** What discovery and the planner say already. */
  found: readonly FoundElsewhere[];
  /** By host: what the provider labels its registration with, but for what the mesh adds. Absent: not known. */
  vmLabels?: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** A host that runs services of the estate; without facts when discovery could not read it. */
export interface AssessedHost {
  name: string;
  facts: HostFacts | undefined;
  services: EstateService[];
}

/** A workload in Kubernetes, be it a service's own or its twin. */
export interface AssessedPods {
  id: string;
  service: EstateService;
  ref: KubeWorkloadRef;
  facts: KubeWorkload;
  cluster: ClusterFacts;
}

/** The inputs, and the questions that several analyzers ask of them. Everything is looked up, nothing guessed. */
export class AssessView {
  readonly estate: Estate;
  readonly inventory: Inventory;
  readonly nowMs: number;
  readonly vmLabels: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly hosts: readonly AssessedHost[];
  readonly pods: readonly AssessedPods[];
  readonly #services: ReadonlyMap<string, readonly { service: KubeService }[]>;

  constructor({ estate, inventory, nowMs, vmLabels = new Map() }: AssessInputs) {
    this.estate = estate;
    this.inventory = inventory;
    this.nowMs = nowMs;
    this.vmLabels = vmLabels;
    this.#services = Map.groupBy(
      inventory.clusters.flatMap(({ name, services }) => services.map((service) => ({ cluster: name, service }))),
      ({ cluster, service }) => `${cluster}/${service.namespace}`,
    );
    const hosts = new Map(inventory.hosts.map((host) => [host.name, host]));
    this.hosts = estate.hosts
      .map(({ name }) => ({
        name,
        facts: hosts.get(name),
        services: estate.services.filter(({ workload }) => isUnitRef(workload) && workload.host === name),
      }))
      .filter(({ services }) => services.length > 0);
    this.pods = estate.services.flatMap((service) =>
      [service.workload, ...twinsOf(service)].flatMap((ref) => this.#podsOf(service, ref)),
    );
  }

  /** Hosts with services of the estate that discovery has read. */
  get readHosts(): { host: HostFacts; services: EstateService[] }[] {
    return this.hosts.flatMap(({ facts, services }) => (facts === undefined ? [] : [{ host: facts, services }]));
  }

  /** Services on hosts that discovery has read, with the id of their workload. */
  get units(): { id: string; service: EstateService; unit: string; host: HostFacts }[] {
    return this.readHosts.flatMap(({ host, services }) =>
      services.flatMap((service) => {
        const { workload } = service;
        return isUnitRef(workload)
          ? [{ id: unitId(host.name, workload.unit), service, unit: workload.unit, host }]
          : [];
      }),
    );
  }

  /** The cluster whose mesh the estate joins. */
  get meshCluster(): ClusterFacts | undefined {
    return this.inventory.clusters.find(({ name }) => name === this.estate.provider.cluster);
  }

  /** Hosts with services of the estate, clusters and workloads in them that discovery has not read, and clusters in files. */
  get unread(): Record<'hosts' | 'clusters' | 'workloads' | 'inFiles', string[]> {
    const read = new Set(this.inventory.clusters.map(({ name }) => name));
    const seen = new Set(this.pods.map(({ id }) => id));
    const refs = this.estate.services.flatMap((service) => [service.workload, ...twinsOf(service)]);
    return {
      hosts: this.hosts.flatMap(({ name, facts }) => (facts === undefined ? [name] : [])),
      clusters: this.estate.clusters.flatMap(({ name }) => (read.has(name) ? [] : [name])),
      workloads: refs.flatMap((ref) => (isUnitRef(ref) || seen.has(workloadIdOf(ref)) ? [] : [workloadIdOf(ref)])),
      inFiles: this.clusters.flatMap(({ name, origin }) => (origin === 'files' ? [name] : [])),
    };
  }

  /** Clusters that hold workloads of the estate, or its mesh. */
  get clusters(): ClusterFacts[] {
    const used = new Set([this.estate.provider.cluster, ...this.pods.map(({ cluster }) => cluster.name)]);
    return this.inventory.clusters.filter(({ name }) => used.has(name));
  }

  /** Namespaces that hold workloads of the estate. */
  get namespaces(): { cluster: ClusterFacts; namespace: string }[] {
    const found = this.pods.map(({ cluster, ref }) => ({ cluster, namespace: ref.namespace }));
    return [...new Map(found.map((one) => [`${one.cluster.name}/${one.namespace}`, one])).values()];
  }

  /** The Services in front of a workload. */
  servicesBefore({ facts, cluster }: AssessedPods): { object: string; service: KubeService }[] {
    return (this.#services.get(`${cluster.name}/${facts.namespace}`) ?? [])
      .filter(({ service }) => selects(service, facts))
      .map(({ service }) => ({ object: kubeId(cluster.name, service.namespace, 'Service', service.name), service }));
  }

  #podsOf(service: EstateService, ref: EstateService['workload']): AssessedPods[] {
    if (isUnitRef(ref)) return [];
    const cluster = this.inventory.clusters.find(({ name }) => name === ref.cluster);
    const facts = cluster?.workloads.find(
      ({ namespace, kind, name }) => namespace === ref.namespace && kind === ref.kind && name === ref.name,
    );
    if (cluster === undefined || facts === undefined) return [];
    return [{ id: kubeId(ref.cluster, ref.namespace, ref.kind, ref.name), service, ref, facts, cluster }];
  }
}
