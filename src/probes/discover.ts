import { isMeshError, meshError, type MeshError } from '../errors/mesh-error.ts';
import type { Estate } from '../estate/schema.ts';
import { assemble, type Observations } from '../inventory/assemble.ts';
import { findingOf } from '../inventory/finding.ts';
import type { Finding, HostFacts, Inventory } from '../inventory/schema.ts';
import type { Clock, KubePort, SshPort } from '../ports/contracts.ts';
import { readHost } from './host/read.ts';
import { readCluster } from './kubernetes/index.ts';

const FORKS_PER_CPU = 16;
const MOST_FORKS = 64;
const CLUSTERS_AT_ONCE = 16;

/** What discovery touches of the outside world. */
export interface DiscoverPorts {
  ssh: SshPort;
  kube(cluster: string): KubePort;
  clock: Clock;
}

export interface DiscoverOptions {
  estateDigest: string;
  /** Hosts asked at the same time; as many as one CPU bears unless told. */
  forks?: number;
  /** Nothing asks the hosts again soon, so connections need not be kept for a second round. */
  isOnlyRound?: boolean;
  /** Hosts whose login is known to have no root: it is not asked for again. */
  rootless?: ReadonlySet<string>;
  /** Told as each host and cluster is done, with the code of what went wrong. */
  onProgress?: (step: {
    kind: 'host' | 'cluster';
    name: string;
    done: number;
    total: number;
    error?: MeshError;
  }) => void;
}

interface Asked<Facts> {
  facts?: Facts;
  findings: Finding[];
}

/**
 * How many hosts are asked at a time unless told. Key exchange is work for this machine's CPUs: with too many at once on
 * too few of them, hosts that are well are not heard in time. At most ClusterShell's number.
 */
export function forksFor(cpus: number): number {
  return Math.min(MOST_FORKS, FORKS_PER_CPU * Math.max(1, cpus));
}

/** Looks at all hosts and clusters of an estate, changing nothing. One that does not answer becomes a finding. */
export async function discover(estate: Estate, ports: DiscoverPorts, options: DiscoverOptions): Promise<Inventory> {
  return assemble(await observe(estate, ports, options));
}

/** The same, and no more than what was seen. */
export async function observe(estate: Estate, ports: DiscoverPorts, options: DiscoverOptions): Promise<Observations> {
  const capturedAt = new Date(ports.clock.now()).toISOString();
  const progress = counter(estate, options);
  const [hosts, clusters] = await Promise.all([
    inParallel(
      estate.hosts,
      options.forks ?? forksFor(1),
      async (host) => await ask('host', host.name, async () => await askHost(ports, estate, host, options), progress),
    ),
    inParallel(
      estate.clusters,
      CLUSTERS_AT_ONCE,
      async (cluster) =>
        await ask(
          'cluster',
          cluster.name,
          async () => ({ facts: await readCluster(ports.kube(cluster.name), cluster, estate), findings: [] }),
          progress,
        ),
    ),
  ]);
  return {
    estate,
    estateDigest: options.estateDigest,
    capturedAt,
    hosts: hosts.flatMap(({ facts }) => facts ?? []),
    clusters: clusters.flatMap(({ facts }) => facts ?? []),
    findings: [...hosts, ...clusters].flatMap(({ findings }) => findings),
  };
}

async function askHost(
  { ssh, clock }: DiscoverPorts,
  estate: Estate,
  host: Estate['hosts'][number],
  { isOnlyRound = false, rootless }: DiscoverOptions,
): Promise<Asked<HostFacts>> {
  const isRootless = rootless?.has(host.name) ?? false;
  const { facts, problems } = await readHost(ssh, clock, estate, host, { isOnlyRound, isRootless });
  const findings = problems.map((reason) =>
    findingOf('warning', host.name, meshError('MW1109', { host: host.name, action: 'the discovery script', reason })),
  );
  return { facts, findings };
}

type Kind = 'host' | 'cluster';
type Progress = (kind: Kind, name: string, error?: MeshError) => void;

async function ask<Facts>(
  kind: Kind,
  name: string,
  read: () => Promise<Asked<Facts>>,
  progress: Progress,
): Promise<Asked<Facts>> {
  try {
    const answer = await read();
    progress(kind, name);
    return answer;
  } catch (error) {
    if (!isMeshError(error)) throw error;
    progress(kind, name, error);
    return { findings: [findingOf('error', name, error)] };
  }
}

function counter(estate: Estate, { onProgress }: DiscoverOptions): Progress {
  const total = estate.hosts.length + estate.clusters.length;
  let done = 0;
  return (kind, name, error) =>
    onProgress?.({ kind, name, done: ++done, total, ...(error === undefined ? {} : { error }) });
}

/** Does the work for each item, a bounded number at a time; results keep the order of the items. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const takeNext = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, takeNext));
  return results;
}
