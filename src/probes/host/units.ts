import type { HostUnit } from '../../inventory/schema.ts';
import type { Sections } from './sections.ts';

/** Names of units as systemd.unit(5) has them. */
export const UNIT = /^[A-Za-z0-9:_.\\@-]{1,240}\.(service|socket|scope|timer|path|target|mount|slice)$/;
const DEFAULT_PORTS: Record<string, number> = {
  http: 80,
  https: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  sqlserver: 1433,
  redis: 6379,
  rediss: 6379,
  amqp: 5672,
  amqps: 5671,
  mongodb: 27_017,
  nats: 4222,
  kafka: 9092,
};

/** Units that run, those of the estate that exist, and those that a timer starts, each with the peers it names. */
export function readUnits(sections: Sections, referenced: readonly string[]): HostUnit[] {
  const declares = readDeclares(sections);
  const units = new Map<string, HostUnit>();
  for (const properties of records(sections.lines('unit'))) {
    const { Id: name = '', LoadState, MainPID = '0', User = '', ActiveState = '', UnitFileState = '' } = properties;
    const mainPid = /^\d{1,9}$/.test(MainPID) ? Number(MainPID) : 0;
    const isTimed = /\.timer(\s|$)/.test(properties['TriggeredBy'] ?? '');
    if (!UNIT.test(name) || LoadState !== 'loaded') continue;
    if (mainPid === 0 && !referenced.includes(name) && !isTimed) continue;
    units.set(name, {
      name,
      mainPid,
      user: word(User) || 'root',
      activeState: word(ActiveState),
      enabled: word(UnitFileState),
      declares: declares.get(name) ?? declares.get(String(mainPid)) ?? [],
      ...placeOf(properties),
    });
  }
  return [...units.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** How systemd runs it; nothing in answers of a script that did not ask. */
function placeOf({ ControlGroup, Restart, After, TriggeredBy }: Properties): Partial<HostUnit> {
  return {
    ...(ControlGroup === undefined ? {} : { cgroup: printable(ControlGroup) }),
    ...(Restart === undefined ? {} : { restart: word(Restart) }),
    ...(After === undefined ? {} : { after: unitNames(After) }),
    ...(TriggeredBy === undefined ? {} : { triggeredBy: unitNames(TriggeredBy) }),
  };
}

function unitNames(text: string): string[] {
  return text
    .split(/\s+/)
    .filter((name) => UNIT.test(name))
    .slice(0, 32);
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 300);
}

type Properties = Partial<Record<string, string>>;

/** Blocks of `Key=value`, separated by empty lines, as `systemctl show` prints several units. */
export function records(lines: readonly string[]): Properties[] {
  const found: Properties[] = [{}];
  for (const line of lines) {
    const [, key, value = ''] = /^([A-Za-z]{1,40})=(.*)$/.exec(line) ?? [];
    if (key === undefined) found.push({});
    else Object.assign(found.at(-1) ?? {}, { [key]: value });
  }
  return found;
}

/** What systemd names a state or a user; a question mark for anything else. */
export function word(text: string): string {
  return /^[\w.$@+-]{0,64}$/.test(text) ? text : '?';
}

type Declared = HostUnit['declares'][number];

const SOURCES = new Set<Declared['from']>(['command', 'environment', 'configuration']);

/** By unit; by process id in answers of earlier scripts. */
function readDeclares(sections: Sections): Map<string, Declared[]> {
  const found = new Map<string, Map<string, Declared>>();
  for (const line of sections.lines('declares')) {
    const [, owner, source, text = ''] = /^(\S{1,255}) (\w{1,20}) (\S{1,300})$/.exec(line) ?? [];
    const from = [...SOURCES].find((known) => known === source);
    const peer = parsePeer(text);
    if (owner === undefined || from === undefined || peer === undefined) continue;
    const declared = found.get(owner) ?? new Map<string, Declared>();
    found.set(owner, declared.set(`${peer.host}:${peer.port} ${from}`, { ...peer, from }));
  }
  return new Map([...found].map(([owner, declared]) => [owner, [...declared.values()]]));
}

/** `http://host:port`, `https://host`, `host:port`: a host and a port, or nothing. */
export function parsePeer(text: string): { host: string; port: number } | undefined {
  const match =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:([A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)|\[([0-9a-fA-F:]{2,39})\])(?::(\d{1,5}))?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, scheme = '', name, ipv6, portText] = match;
  const port = portText === undefined ? DEFAULT_PORTS[scheme] : Number(portText);
  const host = (name ?? ipv6 ?? '').toLowerCase();
  return port === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}
