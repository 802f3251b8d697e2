import { meshError } from '../../errors/index.ts';
import { isLoopback } from '../../inventory/noise.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

const everywhere = new Set(['*', '0.0.0.0', '::']);

/** V15: a service that listens on loopback alone is reached by nobody outside, or by way of somebody else. */
export const bindAddress: Analyzer = {
  id: 'V15',
  title: 'Where services listen',
  looksAt: ['hosts'],
  codes: ['MW1119', 'MW1710'],
  adopts: ({ code }) => code === 'MW1119',
  analyze: ({ units }) =>
    units.flatMap(({ id, service, unit, host }) => {
      const { name, port } = service;
      if (port === undefined) return [];
      const own = host.listeners.filter((one) => one.protocol === 'tcp' && one.port === port && one.unit === unit);
      if (own.length === 0)
        return host.privilege === 'none' ? [notKnown(id, 'without root the owners of ports are not shown')] : [];
      if (own.some(({ address }) => everywhere.has(address) || address === host.address)) return [];
      const words = own.map(({ address }) => address).join(', ');
      const error = meshError('MW1710', { service: name, addresses: words, host: host.name, address: host.address });
      // On loopback nobody outside reaches it; on another address of the host its callers may have a way of their own.
      const level = own.every(({ address }) => isLoopback(address)) ? 'error' : 'warning';
      return [draft(level, id, `listens on ${words}, port ${port}`, error)];
    }),
};
