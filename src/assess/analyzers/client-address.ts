import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** Servers whose own rules name the addresses of clients. */
const byAddress =
  /^(postgres|postmaster|pgbouncer|mysqld|mariadbd|mongod|redis-server|tnslsnr|slapd|named|squid|rsyslogd|nfsd|smbd)$/;

/** V17: after a capture the application sees its own proxy as every client's address. */
export const clientAddress: Analyzer = {
  id: 'V17',
  title: 'Rules by the address of clients',
  looksAt: ['hosts'],
  codes: ['MW1711'],
  analyze: ({ units }) =>
    units.flatMap(({ id, service: { name, port }, unit, host }) => {
      if (port === undefined) return [];
      const process = host.listeners.find((one) => one.port === port && one.unit === unit)?.process ?? '';
      return byAddress.test(process)
        ? [draft('warning', id, `${process} listens on port ${port}`, meshError('MW1711', { service: name, process }))]
        : [notKnown(id, 'its configuration was not read for rules and logs by address')];
    }),
};
