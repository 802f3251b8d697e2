import { API_VERSION, estateSchema, type Estate, type ListedHost } from '../../estate/schema.ts';
import { selects } from '../../inventory/landmarks.ts';
import type { ClusterFacts, KubeWorkload } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';

/** The names of an estate that nobody wrote down, and of its one cluster. */
export const DERIVED_NAME = 'files';

/** Of a service: an inventory's ids are a little longer. */
const MAX_NAME = 240;

interface NamedPort {
  name?: string;
  appProtocol?: string;
}

/**
 * The estate that files amount to when nobody wrote one: a service for each workload, and for each environment file
 * a unit on a host, both named after it. Hosts of lists are hosts of it, with their addresses. It serves to look at who calls whom; no plan can be made of it. Undefined
 * where there is nothing.
 */
export function deriveEstate(
  cluster: ClusterFacts,
  services: readonly KubeObject[],
  stems: readonly string[],
  listed: readonly ListedHost[] = [],
): Estate | undefined {
  const names = new Set<string>();
  const nameFor = (...candidates: string[]): string => {
    const isFree = (candidate: string): boolean => !names.has(candidate) && candidate.length <= MAX_NAME;
    const name = candidates.find(isFree) ?? `service.${names.size}`;
    names.add(name);
    return name;
  };
  const inPods = cluster.workloads.map(({ namespace, kind, name }) => ({
    name: nameFor(name, `${name}.${namespace}`, `${name}.${namespace}.${kind.toLowerCase()}`),
    protocol: protocolOf(cluster, { namespace, kind, name }, services),
    workload: { cluster: DERIVED_NAME, namespace, kind, name },
  }));
  const onHosts = stems.map((stem) => ({
    name: nameFor(stem.toLowerCase(), `${stem.toLowerCase()}.vm`),
    workload: { host: stem, unit: `${stem}.service` },
  }));
  const parsed = estateSchema.safeParse({
    apiVersion: API_VERSION,
    kind: 'Estate',
    name: DERIVED_NAME,
    provider: { name: 'undecided', cluster: DERIVED_NAME },
    hosts: hostsOf(stems, listed),
    clusters: [{ name: DERIVED_NAME, namespaces: namespacesOf(cluster) }],
    services: [...inPods, ...onHosts],
  });
  return parsed.data;
}

/** Hosts of lists, and those that environment files alone tell of. */
function hostsOf(stems: readonly string[], listed: readonly ListedHost[]): object[] {
  const names = new Set(listed.map(({ name }) => name));
  return [
    ...listed.map((host) => ({ ...host, user: host.user ?? 'unknown' })),
    ...stems.filter((stem) => !names.has(stem)).map((stem) => ({ name: stem, address: stem, user: 'unknown' })),
  ];
}

function namespacesOf({ workloads }: ClusterFacts): string[] {
  return [...new Set(['default', ...workloads.map(({ namespace }) => namespace)])].sort();
}

/** HTTP where the first port of a Service before it says so, as Istio reads port names; else TCP. */
function protocolOf(
  { workloads, services }: ClusterFacts,
  { namespace, kind, name }: Pick<KubeWorkload, 'namespace' | 'kind' | 'name'>,
  objects: readonly KubeObject[],
): 'http' | 'tcp' {
  const workload = workloads.find((one) => one.namespace === namespace && one.kind === kind && one.name === name);
  const before = services.find((service) => workload !== undefined && selects(service, workload));
  const object = objects.find(({ metadata }) => metadata.namespace === namespace && metadata.name === before?.name);
  const { ports: [first] = [] } = (object?.['spec'] ?? {}) as { ports?: NamedPort[] };
  return /^(https?2?|grpc)(-|$)/.test(first?.appProtocol ?? first?.name ?? '') ? 'http' : 'tcp';
}

/** Whether an environment file's name can be that of a host and of its unit. */
export function canBeUnit(stem: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9.-]{0,200}[A-Za-z0-9])?$/.test(stem);
}
