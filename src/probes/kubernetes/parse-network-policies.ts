import type { ClusterFacts, UnreadList } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { allowedCalls } from '../files/policies.ts';
import { networkPolicy } from '../files/shapes.ts';
import type { RawCluster } from './read.ts';
import { templateOf } from './workload-kinds.ts';

/** Calls that the cluster's NetworkPolicies let through, by the reading that files get; what is cut off is said. */
export function parseNetworkPolicies({
  surroundings,
  workloads,
  services,
}: RawCluster): Pick<ClusterFacts, 'allowedCalls' | 'unread'> {
  const listed = surroundings?.networkPolicies;
  if (listed === undefined || listed === null) return {};
  const readable = listed.filter((policy) => networkPolicy.safeParse(policy).success);
  const { calls, isCut } = allowedCalls(readable, { workloads: workloads.map(withTemplate), services });
  const odd = listed.length - readable.length;
  const unread: UnreadList[] = [
    ...(odd > 0
      ? [{ what: `${odd} of ${listed.length} NetworkPolicies`, reason: 'they are not of the known shape' }]
      : []),
    ...(isCut ? [{ what: 'the rest of NetworkPolicies', reason: 'they let through more calls than are read' }] : []),
  ];
  const before = surroundings?.unread ?? [];
  return {
    ...(calls.length === 0 ? {} : { allowedCalls: calls }),
    ...(unread.length === 0 ? {} : { unread: [...before, ...unread] }),
  };
}

/** The reading looks for a template in the one place where most kinds have it. */
function withTemplate(workload: KubeObject): KubeObject {
  return { ...workload, spec: { template: templateOf(workload) } };
}
