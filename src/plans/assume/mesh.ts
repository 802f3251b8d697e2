import type { Estate } from '../../estate/schema.ts';
import type { ClusterFacts, MeshFacts } from '../../inventory/schema.ts';

/** Nobody's (RFC 5737): a proxy's start needs an address, and that of a draft is written nowhere. */
const NO_ADDRESS = '192.0.2.1';

/** A control plane as the mesh's own installer leaves it, where nobody looked at the cluster (Istio, profile "default"). */
const installed: Omit<MeshFacts, 'provider'> = {
  version: 'unknown',
  revision: 'default',
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  meshId: 'cluster.local',
  clusterId: 'Kubernetes',
  network: '',
  discovery: { service: 'istiod', address: NO_ADDRESS, port: 15_012 },
  defaultConfig: {},
  registryOnly: false,
  injectedNamespaces: [],
};

/** The cluster of the mesh, with a control plane and ready workloads, where only files tell of it. */
export function assumedMesh(estate: Estate, cluster: ClusterFacts, note: (subject: string, assumption: string) => void): ClusterFacts {
  if (cluster.origin !== 'files' || cluster.name !== estate.provider.cluster) return cluster;
  if (cluster.mesh === null) note(`cluster ${cluster.name}`, `${estate.provider.name} is installed there with its defaults, and no pod is in it yet`);
  if (cluster.workloads.some(({ readyReplicas, replicas }) => readyReplicas < replicas)) note(`cluster ${cluster.name}`, 'all replicas of its workloads are ready');
  return {
    ...cluster,
    mesh: cluster.mesh ?? { provider: 'istio', ...installed },
    workloads: cluster.workloads.map((workload) => ({ ...workload, readyReplicas: workload.replicas })),
  };
}
