import { meshError } from '../../errors/index.ts';
import type { EstateService } from '../../estate/schema.ts';
import { isSpeaking } from '../../inventory/banner.ts';
import type { Banner, TriedConnection } from '../../inventory/tried-schema.ts';
import { type Analyzer, draft } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import { triedConnections } from '../tried.ts';

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
  codes: ['MW1330', 'MW1333', 'MW1714', 'MW1748', 'MW1749'],
  adopts: ({ code }) => code === 'MW1330' || code === 'MW1333',
  analyze: (view) => {
    const heard = triedConnections(view.inventory).filter(({ banner }) => banner !== undefined);
    return [
      ...view.units.flatMap(({ id, service, unit, host }) => {
        const own = host.listeners.filter((one) => one.unit === unit && one.port === service.port);
        const ports = service.port === undefined ? [] : [service.port];
        return judge(service, { ports, programs: own.flatMap((one) => one.process ?? []) }, bannersOf(id, heard));
      }),
      ...view.pods.flatMap(({ id, service, facts }) =>
        judge(service, { ports: facts.ports, programs: [] }, bannersOf(id, heard)),
      ),
    ];
  },
};

interface Looks {
  ports: readonly number[];
  programs: readonly string[];
}

interface Heard {
  banner: Banner;
  where: TriedConnection;
}

function bannersOf(id: string, heard: readonly TriedConnection[]): Heard[] {
  return heard.flatMap((where) =>
    where.banner !== undefined && where.for.includes(id) ? [{ banner: where.banner, where }] : [],
  );
}

/** Bytes that came decide. Silence does against a port's usual use, but for SMTP, whose servers wait on purpose. */
function judge(service: EstateService, looks: Looks, heard: readonly Heard[]): Draft[] {
  const spoke = heard.filter(({ banner }) => isSpeaking(banner));
  if (service.serverFirst) return spoke.length > 0 ? [] : heard.slice(0, 1).map((one) => wasSilent(service, one));
  if (spoke.length > 0) return spoke.map((one) => speaksFirst(service, one));
  const silent = new Set(heard.map(({ where }) => where.port));
  return looksServerFirst(service, looks, silent);
}

function speaksFirst(
  { name: service }: EstateService,
  { banner: { bytes, kind = 'other', text }, where }: Heard,
): Draft {
  const what = `${bytes} byte(s)${kind === 'other' ? '' : ` of ${kind}`}`;
  const words = text === undefined ? '' : `, which begin with "${text}"`;
  const evidence = `${where.from} heard ${what} from ${where.address}:${where.port}${words}`;
  return draft('error', service, evidence, meshError('MW1748', { service, what, port: where.port }));
}

function wasSilent({ name: service }: EstateService, { banner, where: { from, address, port } }: Heard): Draft {
  const what = banner.kind === undefined ? 'nothing' : `only what ${banner.kind} sends to clients that speak first`;
  const evidence = `${from} listened at ${address}:${port} and heard ${what}`;
  return draft('warning', service, evidence, meshError('MW1749', { service, what, port }));
}

function looksServerFirst({ name }: EstateService, { ports, programs }: Looks, silent: ReadonlySet<number>): Draft[] {
  for (const { kind, ports: usual, programs: known } of protocols) {
    const isHeard = (one: number): boolean => kind !== 'SMTP' && silent.has(one);
    const port = ports.find((one) => usual.some((each) => each === one) && !isHeard(one));
    const isProgram = programs.some((program) => known.test(program)) && !ports.some(isHeard);
    if (port === undefined && !isProgram) continue;
    const evidence = port === undefined ? `program ${programs.join(', ')}` : `port ${port}`;
    return [draft('warning', name, evidence, meshError('MW1714', { service: name, kind, evidence }))];
  }
  return [];
}
