import { meshError } from '../../errors/index.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** V11: VMs and pods must reach each other directly. A connection that exists proves one direction; nothing else does. */
export const reachability: Analyzer = {
  id: 'V11',
  title: 'VMs and pods reach each other',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1708'],
  analyze: ({ readHosts, meshCluster, pods }) => {
    if (readHosts.length === 0 || meshCluster === undefined) return [];
    const network = meshCluster.mesh?.network ?? '';
    const error = meshError('MW1708', { cluster: meshCluster.name, network });
    const addresses = new Set(pods.flatMap(({ facts }) => (facts.hostNetwork ? [] : facts.podAddresses)));
    return [
      ...(network === '' ? [] : [draft('warning', meshCluster.name, `network ${network}`, error)]),
      ...(meshCluster.mesh === null ? [notKnown(meshCluster.name, 'no mesh was found in it, and so no network')] : []),
      ...readHosts.flatMap(({ host }) => unproved(host, addresses)),
    ];
  },
};

function unproved({ name, flows }: HostFacts, pods: ReadonlySet<string>): ReturnType<typeof notKnown>[] {
  const isSeen = (direction: 'inbound' | 'outbound'): boolean =>
    flows.some((flow) => flow.direction === direction && pods.has(flow.peerAddress));
  const missing = [
    ...(isSeen('inbound') ? [] : ['from a pod to it']),
    ...(isSeen('outbound') ? [] : ['from it to a pod']),
  ];
  if (missing.length === 0) return [];
  if (pods.size === 0) return [notKnown(name, 'no address of a pod was seen that it could reach, and none was tried')];
  return [notKnown(name, `no connection was seen ${missing.join(', nor ')}, and none was tried`)];
}
