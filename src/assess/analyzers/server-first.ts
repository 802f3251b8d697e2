import { meshError } from '../../errors/index.ts';
import type { EstateService } from '../../estate/schema.ts';
import { type Analyzer, draft } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** Protocols whose server sends the first byte, with their usual ports and programs. Clients of MongoDB speak first, and its port tells nothing. */
const protocols = [
  { kind: 'SMTP', port: 25, programs: /^(master|smtpd|exim4?|sendmail)$/ },
  { kind: 'FTP', port: 21, programs: /^(vsftpd|proftpd|pure-ftpd)$/ },
  { kind: 'MySQL', port: 3306, programs: /^(mysqld|mariadbd)$/ },
  { kind: 'Galera', port: 4444, programs: /^garbd$/ },
] as const;

/** P2: a proxy that waits for the client's first bytes waits for ever where the server speaks first. */
export const serverFirst: Analyzer = {
  id: 'P2',
  title: 'Servers that speak first',
  looksAt: ['hosts', 'clusters'],
  isInManifests: true,
  codes: ['MW1330', 'MW1333', 'MW1714'],
  adopts: ({ code }) => code === 'MW1330' || code === 'MW1333',
  analyze: ({ units, pods }) => [
    ...units.flatMap(({ service, unit, host }) => {
      const own = host.listeners.filter((one) => one.unit === unit && one.port === service.port);
      return looksServerFirst(
        service,
        service.port === undefined ? [] : [service.port],
        own.flatMap((one) => one.process ?? []),
      );
    }),
    ...pods.flatMap(({ service, facts }) => looksServerFirst(service, facts.ports, [])),
  ],
};

function looksServerFirst(service: EstateService, ports: readonly number[], programs: readonly string[]): Draft[] {
  const { name, serverFirst: isKnown } = service;
  const match = protocols.find(
    (one) => ports.includes(one.port) || programs.some((program) => one.programs.test(program)),
  );
  if (isKnown || match === undefined) return [];
  const evidence = ports.includes(match.port) ? `port ${match.port}` : `program ${programs.join(', ')}`;
  return [draft('warning', name, evidence, meshError('MW1714', { service: name, kind: match.kind, evidence }))];
}
