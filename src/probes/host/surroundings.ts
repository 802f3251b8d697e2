import {
  type ClockSource,
  type Hardware,
  type ManagementPort,
  type Unseen,
  unseenSchema,
} from '../../inventory/host-surroundings-schema.ts';
import type { HostUnit } from '../../inventory/schema.ts';
import type { Processes } from './processes.ts';
import type { Sections } from './sections.ts';
import type { Listening } from './sockets.ts';

/** What the script says it could not see. */
export function readUnseen(sections: Sections): Unseen[] {
  const found = sections.lines('unseen').flatMap((line): Unseen | Unseen[] => {
    const [what, why] = line.split(' ');
    return unseenSchema.safeParse({ what, why }).data ?? [];
  });
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
}

/** Processors that are online, memory and load; undefined where /proc does not tell. */
export function readHardware(sections: Sections): Hardware | undefined {
  const kilobytes = (name: string): number | undefined => {
    const [, text] =
      /^\w+:\s+(\d{1,12}) kB$/.exec(sections.lines('memory').find((line) => line.startsWith(`${name}:`)) ?? '') ?? [];
    return text === undefined ? undefined : Number(text) * 1024;
  };
  const [memoryTotalBytes, memoryAvailableBytes] = [kilobytes('MemTotal'), kilobytes('MemAvailable')];
  const [, one, five, fifteen] =
    /^(\d{1,6}\.\d+) (\d{1,6}\.\d+) (\d{1,6}\.\d+) /.exec(sections.lines('load')[0] ?? '') ?? [];
  const processors = countOnline(sections.lines('online')[0] ?? '') || sections.lines('processor').length;
  if (
    processors < 1 ||
    processors > 65_536 ||
    memoryTotalBytes === undefined ||
    memoryAvailableBytes === undefined ||
    one === undefined
  )
    return undefined;
  return { processors, memoryTotalBytes, memoryAvailableBytes, load: [Number(one), Number(five), Number(fifteen)] };
}

/** `0-3,8`: five. */
function countOnline(text: string): number {
  if (!/^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/.test(text)) return 0;
  return text.split(',').reduce((sum, part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return sum + Math.max(0, last - first + 1);
  }, 0);
}

const CLOCKS: readonly (readonly [RegExp, Exclude<ClockSource['source'], 'outside' | 'none' | 'unknown'>])[] = [
  [/^chronyd?(\.service)?$/, 'chrony'],
  [/^systemd-timesyn(c|cd|cd\.service)?$/, 'systemd-timesyncd'],
  [/^(ntp|ntpd|ntpsec)(\.service)?$/, 'ntpd'],
  [/^openntpd(\.service)?$/, 'openntpd'],
];

/** Who sets the clock of a host, and whether it has been set; undefined where neither units nor processes were seen. */
export function readClock(sections: Sections, units: readonly HostUnit[]): ClockSource | undefined {
  const seen = readUnseen(sections);
  const daemons = sections.lines('fact').flatMap((line) => /^timeDaemon\t(\S+)$/.exec(line)?.[1] ?? []);
  const names = [...units.filter(({ mainPid }) => mainPid > 0).map(({ name }) => name), ...daemons];
  const source = CLOCKS.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  if (source !== undefined) return { source, synchronised: synchronised(sections, source) };
  if (sections.fact('end') === '') return undefined;
  if (sections.fact('container') !== '') return { source: 'outside', synchronised: 'unknown' };
  const isHidden = seen.some(({ what }) => what === 'processes') && seen.some(({ what }) => what === 'units');
  return { source: isHidden ? 'unknown' : 'none', synchronised: 'unknown' };
}

/** By the daemon's own word: `chronyc -c tracking` ends in the leap status, `ntpq` says leap and stratum. */
function synchronised(sections: Sections, source: ClockSource['source']): ClockSource['synchronised'] {
  // The daemon makes the file on its first answer; before, and with daemons that are older than the file, nothing is known.
  if (source === 'systemd-timesyncd') return sections.fact('timesync') === 'synchronized' ? 'yes' : 'unknown';
  if (source === 'chrony') {
    const leap = sections.fact('chrony').split(',').at(-1) ?? '';
    if (leap === '') return 'unknown';
    return leap === 'Not synchronised' ? 'no' : 'yes';
  }
  const [, leap] = /leap=(\d\d)/.exec(sections.fact('ntp')) ?? [];
  if (source !== 'ntpd' || leap === undefined) return 'unknown';
  return leap === '11' ? 'no' : 'yes';
}

/** Agents that others manage or watch a host by, with the port that each has by itself. Names as the kernel cuts them. */
const AGENTS: readonly (readonly [program: string, process: RegExp, protocol: 'tcp' | 'udp', port: number])[] = [
  ['sshd', /^sshd$/, 'tcp', 22],
  ['node_exporter', /^(node_exporter|prometheus-node)$/, 'tcp', 9100],
  ['zabbix-agent', /^zabbix_agent/, 'tcp', 10_050],
  ['salt-minion', /^salt-minion$/, 'tcp', 4510],
  ['puppet', /^(puppet|pxp-agent)$/, 'tcp', 8139],
  ['nrpe', /^nrpe$/, 'tcp', 5666],
  ['icinga2', /^icinga2$/, 'tcp', 5665],
  ['check_mk', /^(check_mk|cmk-agent-ctl)/, 'tcp', 6556],
  ['snmpd', /^snmpd$/, 'udp', 161],
  ['munin-node', /^munin-node$/, 'tcp', 4949],
  ['bacula-fd', /^(bacula-fd|bareos-fd)$/, 'tcp', 9102],
  ['veeam', /^veeam/, 'tcp', 6162],
  ['amanda', /^amandad$/, 'tcp', 10_080],
];

/** Ports that a host is managed by, told by process, or, where nobody sees whose a port is, by its number. */
export function readManagement(
  listening: readonly Listening[],
  processes: Processes,
  sshdPorts: readonly number[],
): ManagementPort[] {
  const found = listening.flatMap(({ protocol, address, port, pid, process }): ManagementPort[] => {
    const name = process ?? processes.nameOf(pid);
    const isSshd = protocol === 'tcp' && sshdPorts.includes(port);
    const agent = isSshd
      ? AGENTS[0]
      : AGENTS.find((one) => (name === undefined ? one[2] === protocol && one[3] === port : one[1].test(name)));
    if (agent === undefined || (name === undefined && port === 0)) return [];
    return [{ program: agent[0], protocol, address, port, by: name === undefined ? 'port' : 'process' }];
  });
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()].toSorted(
    (a, b) => a.port - b.port || (a.address < b.address ? -1 : 1),
  );
}
