import type { KubeManifest, KubeRef } from '../../plans/operation.ts';
import type { HostMember, PublishedName } from '../provider.ts';

/** API versions this provider writes. */
export const API = {
  networking: 'networking.istio.io/v1',
  security: 'security.istio.io/v1',
  gateway: 'gateway.networking.k8s.io/v1',
} as const;

/** The name of a VM's backend for one service. */
export const hostObjectName = (service: string): string => `${service}-vm`;
/** The name of a VM's identity, group and entry. */
export const memberName = ({ group, shared }: Pick<HostMember, 'group' | 'shared'>): string =>
  shared ? group : hostObjectName(group);
export const twinObjectName = (service: string): string => `${service}-k8s`;

/**
 * Selects the entries that serve one service: a label of its own for each, since one entry may serve several. Disjoint
 * from any pod's labels, because a Kubernetes Service selects pods and WorkloadEntries alike.
 */
export function hostLabels(service: string): Record<string, string> {
  return { [`serves.meshway.dev/${service}`]: 'vm' };
}

/** Selects the one proxy of a host. */
export function proxyLabels(group: string): Record<string, string> {
  return { 'meshway.dev/group': group, 'meshway.dev/platform': 'vm' };
}

/** All labels of a host's entry. */
export function entryLabels({ group, services }: HostMember): Record<string, string> {
  return Object.assign(proxyLabels(group), ...services.map(hostLabels)) as Record<string, string>;
}

/** Envoy's cluster name for a published name's backend, as Istio builds it. */
export function backendOf(name: PublishedName, side: 'vm' | 'twin'): string {
  if (!name.twin) return `outbound|${name.port}||${name.hostname}`;
  const service = side === 'vm' ? hostObjectName(name.service) : twinObjectName(name.service);
  return `outbound|${name.port}||${service}.${name.namespace}.svc.cluster.local`;
}

export function refOf(manifest: KubeManifest): KubeRef {
  const { name, namespace } = manifest.metadata;
  return { apiVersion: manifest.apiVersion, kind: manifest.kind, namespace, name };
}
