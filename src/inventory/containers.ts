import { isUnitRef, type Estate } from '../estate/schema.ts';
import { containerOfScope } from './container-scope.ts';
import type { Container } from './container-schema.ts';
import { externalId, workloadIdOf } from './ids.ts';
import { isLoopback } from './noise.ts';
import type { HostFacts } from './schema.ts';

/** What of a host tells its containers apart. */
export type ContainerHost = Pick<HostFacts, 'name'> & Partial<Pick<HostFacts, 'containers' | 'listeners'>>;

/** Whether a container's processes are on the host's own network, where a capture takes what they send and get. */
export function isOnHostNetwork(container: Container, host: ContainerHost): boolean {
  const [, other] = /^container:([0-9a-f]{12})$/.exec(container.networkMode) ?? [];
  const owner = host.containers?.list.find(({ id }) => id === other);
  return (owner ?? container).networkMode === 'host';
}

/**
 * The node of a container. One on the host's network is a thing of the host as any process is, and named like one; one
 * on a network of its own is not, since no capture of the host ever has its connections, and has a name that no rule
 * about hosts takes for one of theirs. The ending keeps a container called `x.service` from being taken for a unit.
 */
export function containerNode(container: Container, host: ContainerHost): string {
  return isOnHostNetwork(container, host)
    ? externalId(`vm/${host.name}/${container.name}.container`)
    : externalId(`container/${host.name}/${container.name}`);
}

/** The container that the engine hands connections to a port of the host to. */
export function publishedOn(host: ContainerHost, port: number, address?: string): Container | undefined {
  return running(host).find(({ ports }) =>
    ports.some((one) => one.protocol === 'tcp' && one.hostPort === port && takes(one.hostAddress, address)),
  );
}

function takes(hostAddress: string, address: string | undefined): boolean {
  if (address === undefined || hostAddress === '0.0.0.0' || hostAddress === '::') return true;
  return hostAddress === address || (isLoopback(hostAddress) && isLoopback(address));
}

/** The container that has an address on one of the host's own networks. */
export function containerAt(host: ContainerHost, address: string): Container | undefined {
  return running(host).find(({ networks }) => networks.some((one) => one.address === address));
}

/** The container whose processes a unit's name stands for. */
export function containerOfUnit(host: ContainerHost, unit: string | undefined): Container | undefined {
  const id = unit === undefined ? undefined : containerOfScope(unit);
  return id === undefined ? undefined : host.containers?.list.find((one) => one.id === id);
}

/** The containers that another one reaches by a name: those on a network of its, by name, alias or Compose service. */
export function containersNamed(host: ContainerHost, from: Container, name: string): Container[] {
  const networks = new Set(from.networks.map((one) => one.name));
  return running(host).filter(
    (one) =>
      [one.name, one.compose?.service, ...one.aliases].includes(name) &&
      one.networks.some((network) => networks.has(network.name)),
  );
}

/**
 * The workload of the estate that a container stands for: a service's unit is named for the host, and a container on
 * the host's network listens on the service's port, as where the unit runs it. One on a network of its own stands for none:
 * it cannot do what a unit can.
 */
export function workloadOfContainer(estate: Estate, container: Container, host: ContainerHost): string | undefined {
  if (!isOnHostNetwork(container, host)) return undefined;
  const ports = (host.listeners ?? []).flatMap(({ unit, port }) =>
    containerOfUnit(host, unit)?.id === container.id ? [port] : [],
  );
  const service = estate.services.find(
    ({ workload, port }) =>
      isUnitRef(workload) && workload.host === host.name && port !== undefined && ports.includes(port),
  );
  return service === undefined ? undefined : workloadIdOf(service.workload);
}

function running({ containers }: ContainerHost): Container[] {
  return (containers?.list ?? []).filter(({ state }) => state === 'running' || state === 'paused');
}
