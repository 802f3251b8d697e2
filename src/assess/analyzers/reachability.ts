import { meshError } from '../../errors/index.ts';
import type { EstateService } from '../../estate/schema.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import type { Flow, HostFacts } from '../../inventory/schema.ts';
import type { TriedConnection } from '../../inventory/tried-schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import { endOf, HINT, isClosed, isTellingTry, triedConnections, tryInWords } from '../tried.ts';

/**
 * V11: VMs and pods must reach each other directly. A connection that exists or that was tried proves one direction; nothing
 * else does.
 */
export const reachability: Analyzer = {
  id: 'V11',
  title: 'VMs and pods reach each other',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1708', 'MW1746'],
  analyze: ({ inventory, readHosts, meshCluster, pods }) => {
    if (readHosts.length === 0 || meshCluster === undefined) return [];
    const network = meshCluster.mesh?.network ?? '';
    const error = meshError('MW1708', { cluster: meshCluster.name, network });
    const addresses = new Set(pods.flatMap(({ facts }) => (facts.hostNetwork ? [] : facts.podAddresses)));
    const tries = triedConnections(inventory);
    return [
      ...(network === '' ? [] : [draft('warning', meshCluster.name, `network ${network}`, error)]),
      ...(meshCluster.mesh === null ? [notKnown(meshCluster.name, 'no mesh was found in it, and so no network')] : []),
      ...readHosts.flatMap(({ host, services }) => {
        const ways = waysOf(host, services, tries);
        return [...closed(host, ways), ...unproved(host, addresses, inventory.tried === undefined ? undefined : ways)];
      }),
    ];
  },
};

type Ways = Record<'inbound' | 'outbound', TriedConnection[]>;

/** Tries between this host and pods, by direction. */
function waysOf(host: HostFacts, services: readonly EstateService[], tries: readonly TriedConnection[]): Ways {
  const units = new Set(services.map(({ workload }) => workloadIdOf(workload)));
  return {
    inbound: tries.filter((one) => one.from.startsWith('k8s/') && one.for.some((id) => units.has(id))),
    outbound: tries.filter((one) => one.from === host.name && one.for.some((id) => id.startsWith('k8s/'))),
  };
}

function closed({ name }: HostFacts, { inbound, outbound }: Ways): Draft[] {
  return [...inbound, ...outbound].filter(isClosed).map((one) => {
    const { from, address, port } = one;
    const what = one.for.filter((id) => !id.startsWith('service/')).join(', ');
    const error = meshError('MW1746', { from, what, address, port, outcome: endOf(one) });
    return draft('error', name, tryInWords(one), error);
  });
}

/** @param ways undefined where nobody tried; else all that the estate needs, of which there may be none */
function unproved({ name, flows, meshed }: HostFacts, pods: ReadonlySet<string>, ways: Ways | undefined): Draft[] {
  const isSeen = (direction: Flow['direction']): boolean =>
    flows.some((flow) => flow.direction === direction && pods.has(flow.peerAddress));
  // A way that is closed is found, and no longer a question. From a captured host none is tried.
  const isTold = (direction: keyof Ways): boolean =>
    ways !== undefined && !(meshed && direction === 'outbound') && ways[direction].every(isTellingTry);
  const missing = [
    ...(isSeen('inbound') || isTold('inbound') ? [] : ['from a pod to it']),
    ...(isSeen('outbound') || isTold('outbound') ? [] : ['from it to a pod']),
  ];
  if (missing.length === 0) return [];
  const reasons = ways === undefined ? [] : [...ways.inbound, ...ways.outbound].flatMap(({ reason }) => reason ?? []);
  const tried =
    reasons.length === 0
      ? `none was tried${ways === undefined ? `; ${HINT}` : ''}`
      : `what was tried says nothing (${[...new Set(reasons)].join('; ')})`;
  if (pods.size === 0) return [notKnown(name, `no address of a pod was seen that it could reach, and ${tried}`)];
  return [notKnown(name, `no connection was seen ${missing.join(', nor ')}, and ${tried}`)];
}
