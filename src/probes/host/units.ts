import type { HostUnit } from '../../inventory/schema.ts';
import { containerScope } from '../../inventory/container-scope.ts';
import type { Sections } from './sections.ts';

const UNIT = /^[A-Za-z0-9:_.\\@-]{1,255}\.(service|socket|scope|timer)$/;
const DEFAULT_PORTS: Record<string, number> = {
  http: 80,
  https: 443,
  postgres: 5432,
  postgresql: 5432,
  mysql: 3306,
  redis: 6379,
  rediss: 6379,
  amqp: 5672,
  amqps: 5671,
  mongodb: 27_017,
  nats: 4222,
  kafka: 9092,
};

/** Names of processes and the units they belong to, by process id. */
export interface Processes {
  nameOf(pid: number | undefined): string | undefined;
  unitOf(pid: number | undefined): string | undefined;
}

/** Reads /proc/PID/comm and /proc/PID/cgroup: systemd's own hierarchy says the unit, on either version of cgroups. */
export function readProcesses(sections: Sections): Processes {
  const names = new Map<number, string>();
  const units = new Map<number, string>();
  for (const line of sections.lines('process')) {
    const [, pid = '', what = '', rest = ''] = /^(\d{1,9}) (comm|0:|\d+:name=systemd)[ :](.*)$/.exec(line) ?? [];
    if (what === 'comm') names.set(Number(pid), rest.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 64));
    const unit = what === 'comm' ? undefined : unitIn(rest);
    if (unit !== undefined && (what !== '0:' || !units.has(Number(pid)))) units.set(Number(pid), unit);
  }
  return { nameOf: (pid) => names.get(pid ?? -1), unitOf: (pid) => units.get(pid ?? -1) };
}

function unitIn(cgroupPath: string): string | undefined {
  return (
    containerScope(cgroupPath) ??
    cgroupPath.split('/').find((part) => /\.(service|scope)$/.test(part) && UNIT.test(part))
  );
}

/** Units that run, and those of the estate that exist, each with the peers its process names. */
export function readUnits(sections: Sections, referenced: readonly string[]): HostUnit[] {
  const declares = readDeclares(sections);
  const units = new Map<string, HostUnit>();
  for (const properties of records(sections.lines('unit'))) {
    const { Id: name = '', LoadState, MainPID = '0', User = '', ActiveState = '', UnitFileState = '' } = properties;
    const mainPid = /^\d{1,9}$/.test(MainPID) ? Number(MainPID) : 0;
    if (!UNIT.test(name) || LoadState !== 'loaded' || (mainPid === 0 && !referenced.includes(name))) continue;
    units.set(name, {
      name,
      mainPid,
      user: word(User) || 'root',
      activeState: word(ActiveState),
      enabled: word(UnitFileState),
      declares: declares.get(mainPid) ?? [],
    });
  }
  return [...units.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Blocks of `Key=value`, separated by empty lines, as `systemctl show` prints several units. */
function records(lines: readonly string[]): Record<string, string>[] {
  const found: Record<string, string>[] = [{}];
  for (const line of lines) {
    const [, key, value = ''] = /^([A-Za-z]{1,40})=(.*)$/.exec(line) ?? [];
    if (key === undefined) found.push({});
    else Object.assign(found.at(-1) ?? {}, { [key]: value });
  }
  return found;
}

function word(text: string): string {
  return /^[\w.$@+-]{0,64}$/.test(text) ? text : '?';
}

type Declared = HostUnit['declares'][number];

function readDeclares(sections: Sections): Map<number, Declared[]> {
  const found = new Map<number, Map<string, Declared>>();
  for (const line of sections.lines('declares')) {
    const [, pid, from, text = ''] = /^(\d{1,9}) (command|environment) (\S{1,300})$/.exec(line) ?? [];
    const peer = parsePeer(text);
    if (pid === undefined || peer === undefined) continue;
    const declared = found.get(Number(pid)) ?? new Map<string, Declared>();
    found.set(
      Number(pid),
      declared.set(`${peer.host}:${peer.port} ${from}`, {
        ...peer,
        from: from === 'command' ? 'command' : 'environment',
      }),
    );
  }
  return new Map([...found].map(([pid, declared]) => [pid, [...declared.values()]]));
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
