import { API_VERSION, estateSchema, type Estate, type ListedHost } from '../../estate/schema.ts';
import { composeHost, composeUnit, type ComposeProject } from '../../inventory/compose.ts';
import { selects } from '../../inventory/landmarks.ts';
import type { ClusterFacts, KubeWorkload } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';

/** The names of an estate that nobody wrote down, and of its one cluster. */
export const DERIVED_NAME = 'files';

/** Of a service: an inventory's ids are a little longer. */
const MAX_NAME = 240;

/** What files tell of besides a cluster. */
export interface FilesBeside {
  /** Names of environment files. */
  stems: readonly string[];
  listed?: readonly ListedHost[];
  projects?: readonly ComposeProject[];
}

interface NamedPort {
  name?: string;
  appProtocol?: string;
}

/**
 * The estate that files amount to when nobody wrote one: a service for each workload, and for each environment file
 * a unit on a host, both named after it; for each service of a Compose file a unit on a host that is named after the
 * project. Hosts of lists are hosts of it, with their addresses. It serves to look at who calls whom; no plan can be
 * made of it. Undefined where there is nothing.
 */
export function deriveEstate(
  cluster: ClusterFacts,
  services: readonly KubeObject[],
  { stems, listed = [], projects = [] }: FilesBeside,
): Estate | undefined {
  const nameFor = freeNames();
  const inPods = cluster.workloads.map(({ namespace, kind, name }) => ({
    name: nameFor(name, `${name}.${namespace}`, `${name}.${namespace}.${kind.toLowerCase()}`),
    protocol: protocolOf(cluster, { namespace, kind, name }, services),
    workload: { cluster: DERIVED_NAME, namespace, kind, name },
  }));
  const onHosts = stems.map((stem) => ({
    name: nameFor(stem.toLowerCase(), `${stem.toLowerCase()}.vm`),
    workload: { host: stem, unit: `${stem}.service` },
  }));
  const inProjects = servicesOf(projects, nameFor);
  const parsed = estateSchema.safeParse({
    apiVersion: API_VERSION,
    kind: 'Estate',
    name: DERIVED_NAME,
    provider: { name: 'undecided', cluster: DERIVED_NAME },
    hosts: hostsOf([...stems, ...projects.map(({ name }) => composeHost(name))], listed),
    clusters: [{ name: DERIVED_NAME, namespaces: namespacesOf(cluster) }],
    services: [...inPods, ...onHosts, ...inProjects],
  });
  return parsed.data;
}

/** Hosts of lists, and those that other files alone tell of. */
function hostsOf(others: readonly string[], listed: readonly ListedHost[]): object[] {
  const names = new Set(listed.map(({ name }) => name));
  return [
    ...listed.map((host) => ({ ...host, user: host.user ?? 'unknown' })),
    ...[...new Set(others)]
      .filter((name) => !names.has(name))
      .map((name) => ({ name, address: name, user: 'unknown' })),
  ];
}

type NameFor = (...candidates: string[]) => string;

/** Gives each the first of its names that nobody has. */
function freeNames(): NameFor {
  const names = new Set<string>();
  return (...candidates) => {
    const isFree = (candidate: string): boolean => !names.has(candidate) && candidate.length <= MAX_NAME;
    const name = candidates.find(isFree) ?? `service.${names.size}`;
    names.add(name);
    return name;
  };
}

function servicesOf(projects: readonly ComposeProject[], nameFor: NameFor): object[] {
  return projects.flatMap(({ name: project, services }) =>
    services.map(({ name, ports: [first] }) => ({
      name: nameFor(wordOf(name), `${wordOf(name)}.${wordOf(project)}`),
      protocol: 'tcp',
      ...(first === undefined ? {} : { port: first.port }),
      workload: { host: composeHost(project), unit: composeUnit(name) },
    })),
  );
}

/** The estate that running containers amount to when nobody wrote one: as for Compose files. Undefined where there is none. */
export function deriveFromProjects(name: string, projects: readonly ComposeProject[]): Estate | undefined {
  return estateSchema.safeParse({
    apiVersion: API_VERSION,
    kind: 'Estate',
    name,
    provider: { name: 'undecided', cluster: name },
    hosts: projects
      .map((project) => composeHost(project.name))
      .map((host) => ({ name: host, address: host, user: 'unknown' })),
    services: servicesOf(projects, freeNames()),
  }).data;
}

/** A name as the estate takes it: Compose allows capitals and underscores, and ends that are neither letter nor digit. */
function wordOf(name: string): string {
  return (
    name
      .toLowerCase()
      .replaceAll('_', '-')
      .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '') || 'service'
  );
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
