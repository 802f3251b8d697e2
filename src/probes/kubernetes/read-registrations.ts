import type { UnreadList } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { keepLean } from './keep.ts';
import type { Lister } from './lister.ts';
import { listOrSay } from './read-surroundings.ts';

/** VMs that are registered with the mesh, and who was elected to work; null where this user may not list them, or nobody serves them. */
export interface RawRegistrations {
  workloadGroups: KubeObject[] | null;
  workloadEntries: KubeObject[] | null;
  leases: KubeObject[] | null;
}

/** Lists them in the estate's namespaces. A right or a kind that is missing loses that list alone. */
export async function readRegistrations(lister: Lister, unread: UnreadList[]): Promise<RawRegistrations> {
  const here = (apiVersion: string, kind: string): Promise<KubeObject[] | null> =>
    listOrSay(unread, [[apiVersion, kind]], () => lister.inNamespaces(apiVersion, kind, keepLean));
  const [workloadGroups, workloadEntries, leases] = await Promise.all([
    here('networking.istio.io/v1', 'WorkloadGroup'),
    here('networking.istio.io/v1', 'WorkloadEntry'),
    here('coordination.k8s.io/v1', 'Lease'),
  ]);
  return { workloadGroups, workloadEntries, leases };
}
