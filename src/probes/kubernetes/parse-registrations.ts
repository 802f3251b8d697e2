import type { ClusterFacts } from '../../inventory/schema.ts';
import type { Lease, WorkloadEntry, WorkloadGroup } from '../../inventory/registration-schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import type { RawRegistrations } from './read-registrations.ts';

type Registered = Pick<ClusterFacts, 'workloadGroups' | 'workloadEntries' | 'leases'>;

/** Istio's own marks on a WorkloadEntry that a proxy registered (istio.io/api, annotations). */
const GROUP_ANNOTATION = 'istio.io/autoRegistrationGroup';
const DISCONNECTED_ANNOTATION = 'istio.io/disconnectedAt';

/** Explains who is registered; what nobody could list stays unsaid. */
export function parseRegistrations(raw: RawRegistrations | undefined): Registered {
  if (raw === undefined) return {};
  const { workloadGroups, workloadEntries, leases } = raw;
  return {
    ...(workloadGroups && { workloadGroups: sorted(workloadGroups.map(group)) }),
    ...(workloadEntries && { workloadEntries: sorted(workloadEntries.map(entry)) }),
    ...(leases && { leases: sorted(leases.flatMap(lease)) }),
  };
}

type Labels = Record<string, string>;

interface GroupSpec {
  metadata?: { labels?: Labels };
  template?: { labels?: Labels };
  probe?: Record<string, unknown>;
}

function group({ metadata: { name, namespace = '' }, spec }: KubeObject & { spec?: GroupSpec }): WorkloadGroup {
  const { metadata, template, probe } = spec ?? {};
  return {
    ...{ namespace, name, labels: { ...template?.labels, ...metadata?.labels } },
    ...(probe && { probe: kindOf(probe) }),
  };
}

const probeKinds = { httpGet: 'http', tcpSocket: 'tcp', exec: 'exec', grpc: 'grpc' } as const;

function kindOf(probe: Record<string, unknown>): NonNullable<WorkloadGroup['probe']> {
  const found = Object.entries(probeKinds).find(([field]) => probe[field] !== undefined);
  return found?.[1] ?? 'other';
}

interface EntryParts {
  spec?: { address?: string; labels?: Labels };
  status?: { conditions?: { type?: string; status?: string }[] };
}

function entry({ metadata, ...rest }: KubeObject): WorkloadEntry {
  const { spec, status } = rest as EntryParts;
  const { name, namespace = '', labels = {}, annotations = {} } = metadata;
  const owners = (metadata['ownerReferences'] ?? []) as { kind?: string; name?: string }[];
  const group = annotations[GROUP_ANNOTATION] ?? owners.find(({ kind }) => kind === 'WorkloadGroup')?.name;
  const health = (status?.conditions ?? []).find(({ type }) => type === 'Healthy')?.status;
  return {
    ...{ namespace, name, address: spec?.address ?? '', labels: { ...labels, ...spec?.labels } },
    ...(group !== undefined && { group }),
    connected: (annotations[DISCONNECTED_ANNOTATION] ?? '') === '',
    healthy: health === 'True' ? 'yes' : health === 'False' ? 'no' : 'unknown',
  };
}

/** One that nobody holds elects nobody. */
function lease({ metadata: { name, namespace = '' }, spec }: KubeObject & { spec?: LeaseSpec }): Lease[] {
  const holder = spec?.holderIdentity ?? '';
  return holder === '' ? [] : [{ namespace, name, holder }];
}

interface LeaseSpec {
  holderIdentity?: string | null;
}

function sorted<One extends { namespace: string; name: string }>(list: readonly One[]): One[] {
  const key = ({ namespace, name }: One): string => `${namespace}/${name}`;
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
