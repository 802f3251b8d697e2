import { canonicalJson } from '../estate/canonical.ts';
import { inventoryDigest } from './digest.ts';
import { joinAll, joinRunEvidence } from './merge-evidence.ts';
import { compareText, compareTimes, joinRuns, later, windowOf } from './merge-times.ts';
import { reseen } from './reseen.ts';
import type { ClusterFacts, HostFacts, Inventory, RunWindow } from './schema.ts';
import { windowFindings } from './window-findings.ts';

/** Of a digest: enough that two runs never share it by chance. */
const ID_LENGTH = 'sha256:'.length + 16;

/**
 * Joins inventories of one estate, taken at other times or from other machines. A join of a semilattice: the order of the
 * inventories, their grouping, and one that comes twice make no difference. No edge is ever lost, for one that was not
 * seen again proves nothing; facts are the newest of each host and cluster, and what is said of the estate is the newest run's.
 */
export function mergeInventories(
  inventories: readonly [Inventory, ...Inventory[]],
  hash: (text: string) => string,
): Inventory {
  const distinct = new Map(inventories.map((one) => [inventoryDigest(one, hash), one]));
  const [first, ...others] = [...distinct].map(([digest, one]) => asRuns(one, digest.slice(0, ID_LENGTH)));
  if (first === undefined || others.length === 0) return inventories[0];
  return others.reduce(join, first);
}

/** An inventory as one that knows its runs: facts with the time of their own, and evidence with the part of each run. */
function asRuns(inventory: Inventory, id: string): Inventory {
  const { capturedAt, window, hosts, clusters, dependencies } = inventory;
  const runs = window?.runs ?? [runOf(inventory, id)];
  const run = runs.at(-1)?.id ?? id;
  return {
    ...inventory,
    window: { ...(window ?? { from: capturedAt, to: capturedAt, samples: 1, failed: {} }), runs },
    hosts: hosts.map((host) => ({ ...host, readAt: host.readAt ?? capturedAt })),
    clusters: clusters.map((cluster) => ({ ...cluster, readAt: cluster.readAt ?? capturedAt })),
    dependencies: dependencies.map((one) => ({
      ...one,
      evidence: one.evidence.map((piece) =>
        piece.confidence === 'declared' ? piece : { ...piece, countByRun: piece.countByRun ?? { [run]: piece.count } },
      ),
    })),
  };
}

/** An inventory of one moment is a run of one sample, which failed for hosts of its workloads that it has no facts of. */
function runOf({ capturedAt, window, hosts, workloads }: Inventory, id: string): RunWindow {
  if (window !== undefined) {
    const { from, to, samples, failed } = window;
    return { id, from, to, samples, failed };
  }
  const read = new Set(hosts.map(({ name }) => name));
  const wanted = new Set(workloads.flatMap(({ id: workload }) => /^vm\/([^/]+)/.exec(workload)?.[1] ?? []));
  const failed = Object.fromEntries([...wanted].filter((host) => !read.has(host)).map((host) => [host, 1] as const));
  return { id, from: capturedAt, to: capturedAt, samples: 1, failed };
}

function join(a: Inventory, b: Inventory): Inventory {
  const runs = joinRuns(a.window?.runs ?? [], b.window?.runs ?? []);
  const isNewestInB = b.window?.runs?.some(({ id }) => id === runs.at(-1)?.id) === true;
  const [newest, older] = isNewestInB ? [b, a] : [a, b];
  const hosts = newestOf<HostFacts>([...a.hosts, ...b.hosts]);
  const clusters = newestOf<ClusterFacts>([...a.clusters, ...b.clusters]);
  const capturedAt = later(a.capturedAt, b.capturedAt);
  const window = windowOf(runs);
  const merged: Inventory = {
    apiVersion: newest.apiVersion,
    kind: newest.kind,
    estate: newest.estate,
    capturedAt,
    ...(window === undefined ? {} : { window }),
    ...(newest.note === undefined ? {} : { note: newest.note }),
    hosts,
    clusters,
    workloads: reseen(newest.workloads, hosts, clusters, capturedAt),
    dependencies: joinAll([...a.dependencies, ...b.dependencies], joinRunEvidence),
    findings: [],
  };
  return { ...merged, findings: windowFindings(merged, newest.findings, older.findings) };
}

/** The newest facts of each name. What was read from a cluster is better than any manifest of it. */
function newestOf<Facts extends { name: string; readAt?: string | undefined; origin?: 'files' | undefined }>(
  all: readonly Facts[],
): Facts[] {
  const isRead = ({ origin }: Facts): number => Number(origin === undefined);
  const order = (a: Facts, b: Facts): number =>
    isRead(b) - isRead(a) ||
    compareTimes(b.readAt ?? '', a.readAt ?? '') ||
    compareText(canonicalJson(a), canonicalJson(b));
  const byName = Map.groupBy(all, ({ name }) => name);
  return [...byName.values()]
    .flatMap((same) => same.toSorted(order).slice(0, 1))
    .toSorted((a, b) => compareText(a.name, b.name));
}
