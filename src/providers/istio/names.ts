import type { KubeManifest, KubeRef } from '../../plans/operation.ts';
import type { HostMember, MatchedTwin, PublishedName } from '../provider.ts';

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

/** A Service over the pods of a twin, and the calls that it takes; all of them where it is the only one. */
export interface TwinBackend extends Pick<MatchedTwin, 'selector' | 'targetPort'> {
  object: string;
  match?: MatchedTwin['match'];
}

/** The backends of a name besides the VM; none where nothing takes over. */
export function twinBackends({ service, twin, twins = [] }: PublishedName): TwinBackend[] {
  if (twin) return [{ ...twin, object: twinObjectName(service) }];
  return twins.map(({ name, ...rest }) => ({ ...rest, object: `${twinObjectName(service)}-${name}` }));
}

/** Envoy's cluster names for a published name's backends, as Istio builds them. */
export function backendsOf(name: PublishedName, side: 'vm' | 'twin'): string[] {
  const twins = twinBackends(name);
  if (twins.length === 0) return [`outbound|${name.port}||${name.hostname}`];
  const objects = side === 'vm' ? [hostObjectName(name.service)] : twins.map(({ object }) => object);
  return objects.map((object) => `outbound|${name.port}||${object}.${name.namespace}.svc.cluster.local`);
}

export function refOf(manifest: KubeManifest): KubeRef {
  const { name, namespace } = manifest.metadata;
  return { apiVersion: manifest.apiVersion, kind: manifest.kind, namespace, name };
}
