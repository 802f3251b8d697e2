import type { ClusterFacts, HostFacts, Workload } from './schema.ts';
import { podsSeen, unitSeen, type Seen } from './workloads.ts';

/**
 * Workloads as these facts show them, each with the time of its own facts. One of whose host or cluster there are no facts
 * stays as it was said to be.
 */
export function reseen(
  workloads: readonly Workload[],
  hosts: readonly HostFacts[],
  clusters: readonly ClusterFacts[],
  capturedAt: string,
): Workload[] {
  const readAt = new Map([...hosts, ...clusters].map((facts) => [facts, facts.readAt ?? capturedAt] as const));
  return workloads.map((workload) => {
    const [kind = '', place = '', ...name] = workload.id.split('/');
    const facts = (kind === 'vm' ? hosts : clusters).find((one) => one.name === place);
    const at = facts === undefined ? undefined : readAt.get(facts);
    if (at === undefined) return workload;
    const { evidence, ...seen } = seenAs(kind, place, name, { hosts, clusters });
    const { id, service, role } = workload;
    return { id, service, role, ...seen, evidence: [{ ...evidence, at, count: 1 }] };
  });
}

interface Facts {
  hosts: readonly HostFacts[];
  clusters: readonly ClusterFacts[];
}

function seenAs(kind: string, place: string, parts: readonly string[], { hosts, clusters }: Facts): Seen {
  if (kind === 'vm') return unitSeen({ host: place, unit: parts.join('/') }, hosts);
  const [namespace = '', kindOfWorkload = '', name = ''] = parts;
  return podsSeen({ cluster: place, namespace, kind: kindOfWorkload, name }, clusters);
}
