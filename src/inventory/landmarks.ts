import { isUnitRef, type Estate, type EstateService } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { containerAt, containerNode, containerOfUnit, publishedOn, workloadOfContainer } from './containers.ts';
import { externalId, kubeId, serviceIdOf, unitId, workloadIdOf } from './ids.ts';
import { isLoopback } from './noise.ts';
import type { ClusterFacts, Container, HostFacts, KubeService, KubeWorkload } from './schema.ts';

/** Kinds whose pods rarely serve, though a Service's labels may fit them. */
const SHORT_LIVED = new Set(['CronJob', 'Job']);

/** What of a host tells it apart. */
export type HostLandmark = Pick<HostFacts, 'name' | 'address' | 'listeners'> &
  Partial<Pick<HostFacts, 'addresses' | 'containers'>>;

/** Answers what is behind an address or a name. Built once; every question is a look into a map. */
export class Landmarks {
  readonly #estate: Estate;
  readonly #serviceOfWorkload: Map<string, EstateService>;
  readonly #hostOfAddress: Map<string, HostFacts>;
  readonly #unseen: Map<string, HostLandmark>;
  readonly #nameOfAddress: Map<string, string>;
  readonly #podOwner = new Map<string, string>();
  readonly #clusterServices = new Map<string, { id: string; callee: string }>();
  readonly #named = new Map<string, EstateService>();
  readonly #resolved = new Map<string, EstateService>();

  /** @param unseen hosts that nobody looked at, and that the estate alone speaks of */
  constructor(
    estate: Estate,
    hosts: readonly HostFacts[],
    clusters: readonly ClusterFacts[],
    unseen: readonly HostLandmark[] = [],
  ) {
    this.#estate = estate;
    this.#serviceOfWorkload = new Map(
      estate.services.flatMap((service) =>
        [service.workload, ...twinsOf(service)].map((ref) => [workloadIdOf(ref), service] as const),
      ),
    );
    this.#hostOfAddress = new Map(
      hosts.flatMap((host) => [host.address, ...host.addresses].map((address) => [address, host] as const)),
    );
    this.#unseen = new Map(unseen.map((host) => [host.address, host]));
    this.#nameOfAddress = new Map(estate.hosts.map(({ name, address }) => [address, name]));
    for (const service of estate.services) this.#addName(service, hosts);
    for (const cluster of clusters) this.#addCluster(cluster);
  }

  /** The estate's service that a workload belongs to. */
  serviceOf(workloadId: string): EstateService | undefined {
    return this.#serviceOfWorkload.get(workloadId);
  }

  /** A workload of the estate under its own id; any other as an external node that says what it is. */
  node(workloadId: string): string {
    return this.#serviceOfWorkload.has(workloadId) ? workloadId : externalId(workloadId);
  }

  hostAt(address: string): HostFacts | undefined {
    return this.#hostOfAddress.get(address);
  }

  /** A node for an address nobody looked behind: under the host's name when the estate knows it. */
  stranger(address: string): string {
    const name = this.#hostOfAddress.get(address)?.name ?? this.#nameOfAddress.get(address);
    return externalId(name === undefined ? address : `vm/${name}`);
  }

  /** The workload whose pod has this address, by node id. */
  podOwner(address: string): string | undefined {
    const owner = this.#podOwner.get(address);
    return owner === undefined ? undefined : this.node(owner);
  }

  /**
   * The service that a workload is called for, else the workload itself as a node. So is a twin: who calls its pods or its
   * Service calls it past the service's name, and follows no weights.
   */
  calleeOf(workloadId: string): string {
    const service = this.#serviceOfWorkload.get(workloadId);
    const isTwin = service !== undefined && twinsOf(service).some((twin) => workloadIdOf(twin) === workloadId);
    return service === undefined || isTwin ? this.node(workloadId) : serviceIdOf(service.name);
  }

  /** The unit behind a port of a host: who is seen to listen, else, where a login without root sees no owners, who should. */
  unitAt(host: HostLandmark, port: number): string | undefined {
    const seen = host.listeners.find((listener) => listener.protocol === 'tcp' && listener.port === port)?.unit;
    if (seen !== undefined) return unitId(host.name, seen);
    return this.#wantedAt(host, port);
  }

  #wantedAt(host: HostLandmark, port: number): string | undefined {
    return [...this.#serviceOfWorkload].find(
      ([id, service]) => service.port === port && id.startsWith(`vm/${host.name}/`),
    )?.[0];
  }

  /**
   * What is called at a port of a host where a container takes it, forwarded or on the host's own network: the estate's
   * service of that port, which is named for what callers mean, else the container.
   */
  containerCallee(host: HostLandmark, port: number, address?: string): string | undefined {
    const holder = host.listeners.find((listener) => listener.protocol === 'tcp' && listener.port === port)?.unit;
    const container = containerOfUnit(host, holder) ?? publishedOn(host, port, address);
    if (container === undefined) return undefined;
    const wanted = this.#wantedAt(host, port);
    return wanted === undefined ? containerNode(container, host) : this.calleeOf(wanted);
  }

  /** The node of the container whose processes a unit's name stands for. */
  containerOfUnit(host: HostLandmark, unit: string | undefined): string | undefined {
    const container = containerOfUnit(host, unit);
    return container && this.nodeOfContainer(container, host);
  }

  /** The workload of the estate that a container stands for, else the container itself. */
  nodeOfContainer(container: Container, host: HostLandmark): string {
    return workloadOfContainer(this.#estate, container, host) ?? containerNode(container, host);
  }

  /** The node of the container that has an address on one of a host's own networks. */
  containerAt(host: HostLandmark, address: string): string | undefined {
    const container = containerAt(host, address);
    return container && containerNode(container, host);
  }

  /** What answers at an address and port, seen from a host. */
  calleeAt(address: string, port: number, from?: HostLandmark): string {
    // Bridges of container engines have the same addresses on every host: a host's own come first.
    const isOwn = isLoopback(address) || from?.addresses?.includes(address) === true;
    const host = isOwn ? from : (this.#hostOfAddress.get(address) ?? this.#unseen.get(address));
    const container =
      host === undefined ? from && this.containerAt(from, address) : this.containerCallee(host, port, address);
    if (container !== undefined) return container;
    const unit = host === undefined ? undefined : this.unitAt(host, port);
    if (unit !== undefined) return this.calleeOf(unit);
    const behind = this.#podOwner.get(address);
    if (behind !== undefined) return this.calleeOf(behind);
    const resolved = this.#resolved.get(`${address} ${port}`);
    if (resolved !== undefined) return serviceIdOf(resolved.name);
    return this.#clusterServices.get(address)?.callee ?? this.stranger(address);
  }

  /**
   * The callee that a name and port stand for; undefined for a name that nothing here goes by.
   *
   * @param namespace where the name is used: a short name is that of a Service there
   */
  calleeNamed(name: string, port: number, namespace?: string): string | undefined {
    const service = this.#named.get(`${name.toLowerCase()} ${port}`);
    if (service !== undefined) return serviceIdOf(service.name);
    const inCluster = name.includes('.') || namespace === undefined ? name : `${name}.${namespace}`;
    return this.#clusterServices.get(clusterName(inCluster))?.callee;
  }

  #addName(service: EstateService, hosts: readonly HostFacts[]): void {
    const { hostname, port } = service;
    if (hostname === undefined || port === undefined) return;
    this.#named.set(`${hostname.toLowerCase()} ${port}`, service);
    for (const address of hosts.flatMap(({ names }) => names[hostname] ?? []))
      this.#resolved.set(`${address} ${port}`, service);
  }

  #addCluster(cluster: ClusterFacts): void {
    for (const workload of cluster.workloads) {
      const id = kubeId(cluster.name, workload.namespace, workload.kind, workload.name);
      // A pod on the host's network has the node's address, which says nothing about who calls.
      if (!workload.hostNetwork) for (const address of workload.podAddresses) this.#podOwner.set(address, id);
    }
    const own = Map.groupBy(cluster.workloads, ({ namespace }) => namespace);
    for (const service of cluster.services) this.#addClusterService(cluster, service, own.get(service.namespace) ?? []);
  }

  /**
   * Of several workloads that a Service selects, as a CronJob with the labels of its Deployment, the one that the estate knows:
   * a call must never count for another than the service that it may reach.
   */
  #behind(cluster: ClusterFacts, service: KubeService, workloads: readonly KubeWorkload[]): KubeWorkload | undefined {
    const selected = workloads.filter((workload) => selects(service, workload));
    const isKnown = ({ namespace, kind, name }: KubeWorkload): boolean =>
      this.#serviceOfWorkload.has(kubeId(cluster.name, namespace, kind, name));
    return selected.find(isKnown) ?? selected.find(({ kind }) => !SHORT_LIVED.has(kind)) ?? selected[0];
  }

  #addClusterService(cluster: ClusterFacts, service: KubeService, workloads: readonly KubeWorkload[]): void {
    const behind = this.#behind(cluster, service, workloads);
    const id = externalId(`k8s/${cluster.name}/${service.namespace}/Service/${service.name}`);
    const callee =
      behind === undefined ? id : this.calleeOf(kubeId(cluster.name, behind.namespace, behind.kind, behind.name));
    if (/^[0-9a-f.:]+$/.test(service.clusterIP)) this.#clusterServices.set(service.clusterIP, { id, callee });
    this.#clusterServices.set(`${service.name}.${service.namespace}`, { id, callee });
  }
}

/** Whether a Service's selector picks a workload's pods. */
export function selects(service: KubeService, workload: KubeWorkload): boolean {
  const wanted = Object.entries(service.selector);
  return (
    service.namespace === workload.namespace &&
    wanted.length > 0 &&
    wanted.every(([key, value]) => workload.podLabels[key] === value)
  );
}

/** `catalog.shop.svc.cluster.local`, `catalog.shop.svc` and `catalog.shop` are one name. */
function clusterName(name: string): string {
  return name.toLowerCase().replace(/\.svc(\.[a-z0-9.-]+)?$/, '');
}

/** Units of a host that belong to a service of the estate. */
export function estateUnitsOn(estate: Estate, host: string): { id: string; unit: string; service: EstateService }[] {
  return estate.services.flatMap((service) =>
    isUnitRef(service.workload) && service.workload.host === host
      ? [{ id: workloadIdOf(service.workload), unit: service.workload.unit, service }]
      : [],
  );
}
