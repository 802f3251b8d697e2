import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** V10: a VM is registered at one address, which must be its own and the one that callers use. */
export const addresses: Analyzer = {
  id: 'V10',
  title: 'Addresses of hosts',
  looksAt: ['hosts'],
  codes: ['MW1323', 'MW1707'],
  adopts: ({ code }) => code === 'MW1323',
  analyze: ({ readHosts, inventory, meshCluster }) => [
    // The planner, which compares a host's addresses with what callers resolve, goes no further where there is no mesh.
    ...(meshCluster?.mesh === null && readHosts.length > 0
      ? [notKnown(meshCluster.name, 'no mesh was found in it, at which addresses would be registered')]
      : []),
    ...readHosts.flatMap(({ host: { name, address } }) => {
      const others = inventory.hosts.filter((other) => other.name !== name && other.addresses.includes(address));
      if (others.length === 0) return [];
      const words = others.map((other) => `host ${other.name}`).join(', ');
      return [draft('error', name, `${address} twice`, meshError('MW1707', { host: name, address, others: words }))];
    }),
  ],
};
