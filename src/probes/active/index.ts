import { meshError } from '../../errors/mesh-error.ts';
import type { Estate } from '../../estate/schema.ts';
import { findingOf } from '../../inventory/finding.ts';
import { kubeId } from '../../inventory/ids.ts';
import type { Finding, Inventory } from '../../inventory/schema.ts';
import { triedSchema } from '../../inventory/tried-schema.ts';
import { decideTries, MAX_TRIES } from '../../inventory/tries.ts';
import { type DiscoverPorts, inParallel } from '../discover.ts';
import { readClusterClock } from './cluster-clock.ts';
import { tryFromHost } from './from-host.ts';
import { tryFromPod } from './from-pod.ts';
import { type Outcomes, untried } from './parse.ts';
import type { Round } from './rounds.ts';

/** Sources that try at a time: few, since they may try the same targets. */
const AT_ONCE = 4;

/** Told as each source has tried; `reason` says why some of it could not be. */
export type OnTried = (step: { from: string; done: number; total: number; reason?: string }) => void;

/**
 * Tries what discovery could only see: connections, lookups and clocks. Sends TCP handshakes,
 * lookups and two requests to each API server, and changes nothing. What could not be tried is a finding.
 *
 * @returns the inventory with what came of it
 */
export async function tryOut(
  estate: Estate,
  inventory: Inventory,
  ports: DiscoverPorts,
  onTried: OnTried = () => undefined,
): Promise<Inventory> {
  const { connections, lookups, clusters, leftOut } = decideTries(estate, inventory);
  const at = new Date(ports.clock.now()).toISOString();
  const sources = [...new Set([...connections, ...lookups].map(({ from }) => from))];
  const findings: Finding[] = leftOut.map(({ from, count }) =>
    findingOf('info', from, meshError('MW1141', { from, count, limit: MAX_TRIES })),
  );
  let done = 0;
  const outcomes = await inParallel(sources, AT_ONCE, async (from) => {
    const own = { connections: ofSource(connections, from), lookups: ofSource(lookups, from) };
    const outcome = await tryFrom(from, own, { estate, inventory, ports });
    const reason = outcome.unable === undefined ? {} : { reason: outcome.unable };
    onTried({ from, done: ++done, total: sources.length, ...reason });
    return { from, ...outcome };
  });
  findings.push(...outcomes.flatMap(unableFinding));
  const clocks = await Promise.all(clusters.map((name) => readClusterClock(ports.kube(name), ports.clock)));
  const tried = triedSchema.parse({
    at,
    connections: outcomes.flatMap((one) => one.connections),
    lookups: outcomes.flatMap((one) => one.lookups),
    clocks: clocks.flatMap(({ clock }) => clock ?? []),
  });
  return {
    ...inventory,
    tried,
    findings: [...inventory.findings, ...findings, ...clocks.flatMap((one) => one.findings)],
  };
}

const ofSource = <Item extends { from: string }>(items: readonly Item[], from: string): Item[] =>
  items.filter((one) => one.from === from);

interface Surroundings {
  estate: Estate;
  inventory: Inventory;
  ports: DiscoverPorts;
}

async function tryFrom(from: string, own: Round, { estate, inventory, ports }: Surroundings): Promise<Outcomes> {
  if (!from.startsWith('k8s/')) return await tryFromHost(ports.ssh, estate, from, own);
  for (const cluster of inventory.clusters) {
    const workload = cluster.workloads.find(
      ({ namespace, kind, name }) => kubeId(cluster.name, namespace, kind, name) === from,
    );
    if (workload !== undefined) return await tryFromPod(ports.kube(cluster.name), workload, own);
  }
  return untried(own.connections, own.lookups, 'discovery did not see it');
}

function unableFinding({ from, connections, lookups, unable }: Outcomes & { from: string }): Finding[] {
  if (unable === undefined) return [];
  const untold = connections.filter(({ outcome }) => outcome === 'unknown').length;
  const count = untold + lookups.filter(({ answers }) => answers === undefined).length;
  const total = connections.length + lookups.length;
  return [findingOf('info', from, meshError('MW1140', { from, count, total, reason: unable.slice(0, 600) }))];
}
