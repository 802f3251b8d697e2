import type { KubeManifest, KubeRef } from '../../plans/operation.ts';
import type { PublishedName } from '../provider.ts';

/** API versions this provider writes. */
export const API = {
  networking: 'networking.istio.io/v1',
  security: 'security.istio.io/v1',
  gateway: 'gateway.networking.k8s.io/v1',
} as const;

/** The name of a VM workload's objects: identity, group, entry and backend. */
export const hostObjectName = (service: string): string => `${service}-vm`;
export const twinObjectName = (service: string): string => `${service}-k8s`;

/** Disjoint from any pod's labels, because a Kubernetes Service selects pods and WorkloadEntries alike. */
export function hostLabels(service: string): Record<string, string> {
  return { 'meshway.dev/service': service, 'meshway.dev/platform': 'vm' };
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
