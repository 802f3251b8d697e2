import { hexEndpoint, isWildcard, parseEndpoint, type Endpoint } from './addresses.ts';
import type { Sections } from './sections.ts';
import { endsKey, type openersOf } from './tracked.ts';

/** A socket with the process that holds it, when the login may see that. */
export interface Listening extends Endpoint {
  protocol: 'tcp' | 'udp';
  pid?: number;
  process?: string;
}

export interface Connected {
  local: Endpoint;
  peer: Endpoint;
  /** Absent: established. */
  state?: 'time-wait';
  /** How long the kernel will still remember one in TIME_WAIT, in milliseconds. */
  leftMs?: number;
  pid?: number;
  process?: string;
}

/** Listeners of a host, and its connections: those that are established, and those that ended within the last minute. */
export interface Sockets {
  listening: Listening[];
  connected: Connected[];
}

/** From what `ss` printed, else from the tables of /proc/net. */
export function readSockets(sections: Sections): Sockets {
  const fromProc = sections.lines('procnet').length > 0;
  const { listening, connected } = fromProc ? procSockets(sections) : ssSockets(sections);
  return { listening: distinct(listening), connected: distinct(connected) };
}

/**
 * The side that opened a connection: as connection tracking says, else one whose local end is a listener of the host was
 * opened by the peer.
 */
export function directionOf(
  flow: Connected,
  listening: readonly Listening[],
  openers: ReturnType<typeof openersOf> = new Map(),
): 'inbound' | 'outbound' {
  const opener = openers.get(endsKey(flow.local, flow.peer));
  if (opener !== undefined) return opener;
  const isOwn = listening.some(
    ({ protocol, address, port }) =>
      protocol === 'tcp' && port === flow.local.port && (isWildcard(address) || address === flow.local.address),
  );
  return isOwn ? 'inbound' : 'outbound';
}

function ssSockets(sections: Sections): Sockets {
  const listening = sections.lines('listening').flatMap((line) => {
    const [protocol, state, , , local = ''] = line.split(/\s+/);
    const endpoint = parseEndpoint(local);
    if (
      (protocol !== 'tcp' && protocol !== 'udp') ||
      (state !== 'LISTEN' && state !== 'UNCONN') ||
      endpoint === undefined
    )
      return [];
    return [{ protocol, ...endpoint, ...holderOf(line) }] satisfies Listening[];
  });
  const connected = sections.lines('connected').flatMap((line) => {
    const [state, , , local = '', peer = ''] = line.split(/\s+/);
    const ends = { local: parseEndpoint(local), peer: parseEndpoint(peer) };
    const words = stateOf(state);
    if (words === undefined || ends.local === undefined || ends.peer === undefined) return [];
    const left = words.state === undefined ? {} : leftOf(line);
    return [{ local: ends.local, peer: ends.peer, ...words, ...left, ...holderOf(line) }];
  });
  return { listening, connected };
}

/** `timer:(timewait,58sec,0)`, `1min`, `8.540ms` for 8.54 s, `540ms`: as ss(8) writes durations. */
function leftOf(line: string): { leftMs?: number } {
  const [, minutes = '0', seconds = '0', rest = '0'] =
    /timer:\(timewait,(?:(\d)min)?(?:(\d{1,2})(?:sec|\.(?=\d)))?(?:(\d{1,3})ms)?,/.exec(line) ?? [];
  const leftMs = (Number(minutes) * 60 + Number(seconds)) * 1000 + Number(rest);
  return leftMs === 0 ? {} : { leftMs };
}

/** `users:(("nginx",pid=7,fd=3),("nginx",pid=6,fd=3))`: the oldest holder, whose children took the socket over. */
function holderOf(line: string): { pid?: number; process?: string } {
  const holders = [...line.matchAll(/\("([^"]{0,64})",pid=(\d{1,9}),fd=\d+\)/g)].map(([, process = '', pid]) => ({
    process,
    pid: Number(pid),
  }));
  return holders.toSorted((a, b) => a.pid - b.pid)[0] ?? {};
}

/** Undefined for a connection that is being opened or closed. */
function stateOf(state = ''): Pick<Connected, 'state'> | undefined {
  if (state === 'ESTAB' || state === TCP_ESTABLISHED) return {};
  return state === 'TIME-WAIT' || state === TCP_TIME_WAIT ? { state: 'time-wait' } : undefined;
}

/** States as /proc/net/tcp and /proc/net/udp write them (include/net/tcp_states.h of the kernel). */
const TCP_ESTABLISHED = '01';
const TCP_TIME_WAIT = '06';
const LISTENING = { tcp: '0A', udp: '07' } as const;

function procSockets(sections: Sections): Sockets {
  const holders = new Map<string, number>();
  for (const line of sections.lines('procfd')) {
    const [, pid, inode] = /^(\d{1,9}) socket:\[(\d+)\]$/.exec(line) ?? [];
    if (pid !== undefined && inode !== undefined && Number(pid) < (holders.get(inode) ?? Infinity))
      holders.set(inode, Number(pid));
  }
  const rows = sections.lines('procnet').flatMap((line) => {
    const [protocol, localText = '', peerText = '', state, inode = ''] = line.split(' ');
    const [local, peer] = [hexEndpoint(localText), hexEndpoint(peerText)];
    if (local === undefined || peer === undefined || (protocol !== 'tcp' && protocol !== 'udp')) return [];
    const pid = holders.get(inode);
    return [{ protocol, local, peer, state, holder: pid === undefined ? {} : { pid } } as const];
  });
  const connected = rows.flatMap(({ protocol, local, peer, state, holder }) => {
    const words = protocol === 'tcp' ? stateOf(state) : undefined;
    return words === undefined ? [] : [{ local, peer, ...words, ...holder }];
  });
  const listening = rows
    .filter(({ protocol, state }) => state === LISTENING[protocol])
    .map(({ protocol, local, holder }) => ({ protocol, ...local, ...holder }));
  return { listening, connected };
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
