import type { KubeObject, KubePort } from '../../ports/contracts.ts';
import { listAll } from './read-surroundings.ts';

/** VMs that are registered with the mesh, and who was elected to work; null where this user may not list them, or nobody serves them. */
export interface RawRegistrations {
  workloadGroups: KubeObject[] | null;
  workloadEntries: KubeObject[] | null;
  leases: KubeObject[] | null;
}

/** Lists them in the estate's namespaces. A right or a kind that is missing loses that list alone. */
export async function readRegistrations(kube: KubePort, namespaces: readonly string[]): Promise<RawRegistrations> {
  const [workloadGroups, workloadEntries, leases] = await Promise.all([
    listAll(kube, [['networking.istio.io/v1', 'WorkloadGroup']], namespaces),
    listAll(kube, [['networking.istio.io/v1', 'WorkloadEntry']], namespaces),
    listAll(kube, [['coordination.k8s.io/v1', 'Lease']], namespaces),
  ]);
  return { workloadGroups, workloadEntries, leases };
}
