import { meshError } from '../../errors/index.ts';
import { isLoopback } from '../../inventory/noise.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import type { TriedConnection } from '../../inventory/tried-schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import { HINT, isOpen, triedConnections, tryInWords } from '../tried.ts';

const everywhere = new Set(['*', '0.0.0.0', '::']);

/** V15: a service that listens on loopback alone is reached by nobody outside, or by way of somebody else. */
export const bindAddress: Analyzer = {
  id: 'V15',
  title: 'Where services listen',
  looksAt: ['hosts'],
  codes: ['MW1119', 'MW1710'],
  adopts: ({ code }) => code === 'MW1119',
  analyze: ({ units, inventory }) =>
    units.flatMap(({ id, service, unit, host }) => {
      const { name, port } = service;
      if (port === undefined) return [];
      const own = host.listeners.filter((one) => one.protocol === 'tcp' && one.port === port && one.unit === unit);
      if (own.length === 0)
        return host.privilege === 'none' ? unseen({ id, port, host }, triedConnections(inventory)) : [];
      if (own.some(({ address }) => everywhere.has(address) || address === host.address)) return [];
      const words = own.map(({ address }) => address).join(', ');
      const error = meshError('MW1710', { service: name, addresses: words, host: host.name, address: host.address });
      // On loopback nobody outside reaches it; on another address of the host its callers may have a way of their own.
      const level = own.every(({ address }) => isLoopback(address)) ? 'error' : 'warning';
      return [draft(level, id, `listens on ${words}, port ${port}`, error)];
    }),
};

/** Without root nobody sees who listens: a connection from the host itself tells whether somebody does at its address. */
function unseen(
  { id, port, host: { name, address } }: { id: string; port: number; host: HostFacts },
  tries: readonly TriedConnection[],
): Draft[] {
  const own = tries.find((one) => one.from === name && one.address === address && one.port === port);
  if (own !== undefined && isOpen(own)) return [];
  const tried = own === undefined ? HINT : `from itself, ${tryInWords(own)}`;
  return [notKnown(id, `without root the owners of ports are not shown; ${tried}`)];
}
