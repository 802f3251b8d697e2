import type { Estate, EstateCluster } from '../estate/schema.ts';

/** Every kind that an operation of a plan may create, and that pre-images are kept in. */
export const ownedKinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['networking.istio.io/v1', 'WorkloadGroup'],
  ['networking.istio.io/v1', 'WorkloadEntry'],
  ['networking.istio.io/v1', 'ServiceEntry'],
  ['networking.istio.io/v1', 'DestinationRule'],
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'Sidecar'],
  ['security.istio.io/v1', 'PeerAuthentication'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
];

/** Where a plan may put objects of ours: the cluster's namespaces, and those that services name for themselves. */
export function ownedNamespaces(estate: Pick<Estate, 'services'>, cluster: EstateCluster): string[] {
  const named = estate.services.flatMap(({ namespace, workload }) =>
    namespace !== undefined && (!('cluster' in workload) || workload.cluster === cluster.name) ? [namespace] : [],
  );
  return [...new Set([...cluster.namespaces, ...named])];
}

/** The Secret in which a run keeps what it found, one in each namespace where it sets fields. */
export const preImageSecret = (run: string): string => `meshway-${run}`;
