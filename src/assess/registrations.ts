import type { WorkloadEntry, WorkloadGroup } from '../inventory/registration-schema.ts';
import { twinsOf } from '../estate/twins.ts';
import type { HostFacts } from '../inventory/schema.ts';
import type { AssessView } from './view.ts';

/** What the mesh has under a host's address; undefined where nobody has read it. */
export interface Registration {
  entry: WorkloadEntry | undefined;
  /** The group of the entry. */
  group: WorkloadGroup | undefined;
}

/** How a host is registered with the mesh, by the entries of the namespaces that its services name and that were read. */
export function registrationOf(view: AssessView, host: HostFacts): Registration | undefined {
  const { workloadEntries: entries, workloadGroups: groups } = view.meshCluster ?? {};
  const places = namespacesOf(view, host);
  if (entries === undefined || groups === undefined || !places.every((place) => isRead(view, place))) return undefined;
  const entry = entries.find(({ namespace, address }) => places.includes(namespace) && address === host.address);
  return { entry, group: groups.find(({ namespace, name }) => namespace === entry?.namespace && name === entry.group) };
}

/** Where the mesh's objects of a host's services live. */
function namespacesOf({ hosts }: AssessView, { name }: HostFacts): string[] {
  const services = hosts.find((host) => host.name === name)?.services ?? [];
  return [...new Set(services.flatMap((service) => service.namespace ?? twinsOf(service)[0]?.namespace ?? []))];
}

function isRead({ estate }: AssessView, namespace: string): boolean {
  const cluster = estate.clusters.find(({ name }) => name === estate.provider.cluster);
  return cluster?.namespaces.includes(namespace) === true;
}
