import type { Answer } from '../../plans/check.ts';
import type { KubeObject } from '../../ports/contracts.ts';

/** Istio's own marks on a WorkloadEntry that a proxy registered (istio.io/api, annotations). */
const GROUP_ANNOTATION = 'istio.io/autoRegistrationGroup';
const DISCONNECTED_ANNOTATION = 'istio.io/disconnectedAt';

interface EntryParts {
  spec?: { address?: string };
  status?: { conditions?: { type?: string; status?: string; message?: string }[] };
}

/** The entries under which a group's proxy at an address is registered. */
export function entriesFor(entries: readonly KubeObject[], group: string, address: string): KubeObject[] {
  return entries.filter((entry) => (entry as EntryParts).spec?.address === address && groupOf(entry) === group);
}

/** Whether the proxy is registered, connected, and not reported unhealthy. Pure. */
export function judgeRegistered(entries: readonly KubeObject[], group: string, address: string): Answer {
  const found = entriesFor(entries, group, address);
  const [entry] = found;
  if (entry === undefined) return { answer: 'no', why: `no entry of group ${group} has the address ${address}` };
  if (found.length > 1)
    return { answer: 'no', why: `${found.length} entries of group ${group} have the address ${address}` };
  const { name, annotations } = entry.metadata;
  if ((annotations?.[DISCONNECTED_ANNOTATION] ?? '') !== '')
    return { answer: 'no', why: `entry ${name} says its proxy is disconnected` };
  const health = ((entry as EntryParts).status?.conditions ?? []).find(({ type }) => type === 'Healthy');
  return health === undefined || health.status === 'True'
    ? { answer: 'yes' }
    : { answer: 'no', why: `entry ${name} is not healthy: ${health.message ?? 'no word'}` };
}

export function judgeUnregistered(entries: readonly KubeObject[], group: string, address: string): Answer {
  const [entry] = entriesFor(entries, group, address);
  return entry === undefined ? { answer: 'yes' } : { answer: 'no', why: `entry ${entry.metadata.name} is still there` };
}

function groupOf({ metadata }: KubeObject): string | undefined {
  const owners = (metadata['ownerReferences'] as { kind?: string; name?: string }[] | undefined) ?? [];
  return metadata.annotations?.[GROUP_ANNOTATION] ?? owners.find(({ kind }) => kind === 'WorkloadGroup')?.name;
}
