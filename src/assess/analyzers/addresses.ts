import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft } from '../analyzer.ts';

/** V10: a VM is registered at one address, which must be its own and the one that callers use. */
export const addresses: Analyzer = {
  id: 'V10',
  title: 'Addresses of hosts',
  looksAt: ['hosts'],
  codes: ['MW1323', 'MW1707'],
  adopts: ({ code }) => code === 'MW1323',
  analyze: ({ readHosts, inventory }) =>
    readHosts.flatMap(({ host: { name, address } }) => {
      const others = inventory.hosts.filter((other) => other.name !== name && other.addresses.includes(address));
      if (others.length === 0) return [];
      const words = others.map((other) => `host ${other.name}`).join(', ');
      return [draft('error', name, `${address} twice`, meshError('MW1707', { host: name, address, others: words }))];
    }),
};
