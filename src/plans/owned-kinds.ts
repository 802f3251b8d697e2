import type { Estate, EstateCluster } from '../estate/schema.ts';
import type { Operation } from './operation.ts';
import type { MigrationPlan } from './plan.ts';

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
  ['coordination.k8s.io/v1', 'Lease'],
];

/** The kind that says who holds a run. */
export const LEASE_API = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;

/** Where a plan may put objects of ours: the cluster's namespaces, and those that services name for themselves. */
export function ownedNamespaces(estate: Pick<Estate, 'services'>, cluster: EstateCluster): string[] {
  const named = estate.services.flatMap(({ namespace, workload }) =>
    namespace !== undefined && (!('cluster' in workload) || workload.cluster === cluster.name) ? [namespace] : [],
  );
  return [...new Set([...cluster.namespaces, ...named])];
}

/** The Secret in which a run keeps what it found, one in each namespace where it sets fields. */
export const preImageSecret = (run: string): string => `meshway-${run}`;

/** The Lease of a run, one in each cluster that its plan changes. */
export const runLease = (run: string): string => `meshway-${run}`;

/** The admission policy of a run and its binding, both cluster-wide. */
export const runPolicy = (run: string): string => `meshway-${run}`;

/** A cluster that a plan changes, and where the Lease of its run lies there. */
export interface LeasePlace {
  cluster: string;
  namespace: string;
  /** Where Leases of other runs of the estate may lie. */
  namespaces: string[];
}

/** One place in each cluster that a plan changes: the first namespace of the estate there, or else of the plan's objects. */
export function leasePlaces({ stages }: Pick<MigrationPlan, 'stages'>, estate: Estate): LeasePlace[] {
  const operations = stages.flatMap(({ steps }) => steps).flatMap(({ apply }) => apply);
  return estate.clusters.flatMap((cluster) => {
    const own = operations.flatMap((one) => ('cluster' in one && one.cluster === cluster.name ? [namespaceOf(one)] : []));
    if (own.length === 0) return [];
    const namespaces = ownedNamespaces(estate, cluster);
    const [namespace = own.toSorted()[0]] = namespaces;
    return namespace === undefined ? [] : [{ cluster: cluster.name, namespace, namespaces }];
  });
}

function namespaceOf(operation: Extract<Operation, { cluster: string }>): string {
  if (operation.op === 'kube.create') return operation.manifest.metadata.namespace;
  const { apiVersion, kind, namespace, name } = operation.ref;
  return kind === 'Namespace' && apiVersion === 'v1' ? name : namespace;
}
