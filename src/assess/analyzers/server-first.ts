import { meshError } from '../../errors/index.ts';
import type { EstateService } from '../../estate/schema.ts';
import { type Analyzer, draft } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/**
 * Protocols whose server sends the first byte, with their usual ports and programs. Meshes keep lists of more ports to leave
 * alone, such as those of DNS, PostgreSQL, Redis, memcached, Elasticsearch and MongoDB: their clients speak first.
 */
const protocols = [
  { kind: 'SMTP', ports: [25, 587], programs: /^(master|smtpd|exim4?|sendmail)$/ },
  { kind: 'FTP', ports: [21], programs: /^(vsftpd|proftpd|pure-ftpd)$/ },
  { kind: 'POP3', ports: [110], programs: /^(pop3d|pop3-login)$/ },
  { kind: 'IMAP', ports: [143], programs: /^(imapd|imap-login|dovecot)$/ },
  { kind: 'MySQL', ports: [3306], programs: /^(mysqld|mariadbd)$/ },
  { kind: 'Galera', ports: [4444], programs: /^garbd$/ },
] as const satisfies readonly { kind: string; ports: readonly number[]; programs: RegExp }[];

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
  if (isKnown) return [];
  for (const { kind, ports: usual, programs: known } of protocols) {
    const port = ports.find((one) => usual.some((each) => each === one));
    const isProgram = programs.some((program) => known.test(program));
    if (port === undefined && !isProgram) continue;
    const evidence = port === undefined ? `program ${programs.join(', ')}` : `port ${port}`;
    return [draft('warning', name, evidence, meshError('MW1714', { service: name, kind, evidence }))];
  }
  return [];
}
