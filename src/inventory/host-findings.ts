import { meshError } from '../errors/mesh-error.ts';
import { findingOf } from './finding.ts';
import type { Unseen } from './host-surroundings-schema.ts';
import { isLoopback } from './noise.ts';
import type { Finding, HostFacts, UnownedProcess } from './schema.ts';

const MAX_NAMED = 8;

const what: Readonly<Record<Unseen['what'], string>> = {
  sockets: 'its listeners and connections',
  'socket-owners': 'whose the sockets of others are',
  processes: 'processes of others',
  units: 'its units',
  environment: 'settings of processes of others',
  addresses: 'its addresses',
  names: 'what names resolve to there',
  'connection-tracking': 'which connections are rewritten',
  'firewall-rules': 'its firewall rules',
};

/** Without these, services and callers go unseen. */
const essential: ReadonlySet<Unseen['what']> = new Set([
  'sockets',
  'socket-owners',
  'processes',
  'units',
  'addresses',
  'names',
]);

const why: Readonly<Record<Unseen['why'], string>> = {
  'no-root': 'the login has no root',
  'no-tool': 'the host lacks the program for it',
  'hidden-proc': '/proc is mounted with hidepid',
};

/** What a host did not show, in one finding: facts that are missing look like facts that are not so. */
export function unseenFindings({ name: host, unseen = [] }: HostFacts): Finding[] {
  if (unseen.length === 0) return [];
  const reasons = Map.groupBy(unseen, (one) => one.why);
  const missing = [...reasons].map(
    ([reason, all]) => `${all.map((one) => what[one.what]).join(', ')} (${why[reason]})`,
  );
  const level = unseen.some((one) => essential.has(one.what)) ? 'warning' : 'info';
  return [findingOf(level, host, meshError('MW1130', { host, missing: missing.join('; ') }))];
}

/** Processes that no unit owns: one that listens beyond its host may be somebody's service, one that talks a caller. */
export function unownedFindings({ name: host, unowned = [], listeners }: HostFacts): Finding[] {
  const listening = new Set(listeners.flatMap(({ address, pid }) => (isLoopback(address) ? [] : [pid])));
  const [servers, callers] = [
    unowned.filter(({ pid }) => listening.has(pid)),
    unowned.filter(({ pid }) => !listening.has(pid)),
  ];
  const of = (level: Finding['level'], processes: readonly UnownedProcess[], does: string): Finding[] =>
    processes.length === 0
      ? []
      : [findingOf(level, host, meshError('MW1131', { host, processes: inWords(processes), does }))];
  return [...of('warning', servers, 'listens'), ...of('info', callers, 'has connections')];
}

/** Each program and user once, with how many there are of it. */
function inWords(processes: readonly UnownedProcess[]): string {
  const groups = [
    ...Map.groupBy(processes, ({ process, user }) => `${process}${user === undefined ? '' : ` of ${user}`}`),
  ];
  const named = groups.slice(0, MAX_NAMED).map(([name, all]) => (all.length > 1 ? `${name} (${all.length})` : name));
  const more = groups.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
