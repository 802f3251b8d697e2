import { hexEndpoint, isWildcard, parseEndpoint, type Endpoint } from './addresses.ts';
import type { Sections } from './sections.ts';

/** A socket with the process that holds it, when the login may see that. */
export interface Listening extends Endpoint {
  protocol: 'tcp' | 'udp';
  pid?: number;
  process?: string;
}

export interface Connected {
  local: Endpoint;
  peer: Endpoint;
  pid?: number;
  process?: string;
}

/** Listeners and established connections of a host. */
export interface Sockets {
  listening: Listening[];
  connected: Connected[];
}

/** From what `ss` printed, else from /proc/net/tcp. */
export function readSockets(sections: Sections): Sockets {
  const fromProc = sections.lines('procnet').length > 0;
  const { listening, connected } = fromProc ? procSockets(sections) : ssSockets(sections);
  return { listening: distinct(listening), connected: distinct(connected) };
}

/** The side that opened a connection: one whose local end is a listener of the host was opened by the peer. */
export function directionOf(flow: Connected, listening: readonly Listening[]): 'inbound' | 'outbound' {
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
    if (state !== 'ESTAB' || ends.local === undefined || ends.peer === undefined) return [];
    return [{ local: ends.local, peer: ends.peer, ...holderOf(line) }];
  });
  return { listening, connected };
}

/** `users:(("nginx",pid=7,fd=3),("nginx",pid=6,fd=3))`: the oldest holder, whose children took the socket over. */
function holderOf(line: string): { pid?: number; process?: string } {
  const holders = [...line.matchAll(/\("([^"]{0,64})",pid=(\d{1,9}),fd=\d+\)/g)].map(([, process = '', pid]) => ({
    process,
    pid: Number(pid),
  }));
  return holders.toSorted((a, b) => a.pid - b.pid)[0] ?? {};
}

const TCP_LISTEN = '0A';
const TCP_ESTABLISHED = '01';

function procSockets(sections: Sections): Sockets {
  const holders = new Map<string, number>();
  for (const line of sections.lines('procfd')) {
    const [, pid, inode] = /^(\d{1,9}) socket:\[(\d+)\]$/.exec(line) ?? [];
    if (pid !== undefined && inode !== undefined && Number(pid) < (holders.get(inode) ?? Infinity))
      holders.set(inode, Number(pid));
  }
  const rows = sections.lines('procnet').flatMap((line) => {
    const [, local = '', peer = '', state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const ends = { local: hexEndpoint(local), peer: hexEndpoint(peer) };
    if (ends.local === undefined || ends.peer === undefined) return [];
    const pid = holders.get(inode);
    return [{ local: ends.local, peer: ends.peer, state, ...(pid === undefined ? {} : { pid }) }];
  });
  const connected = rows.filter(({ state }) => state === TCP_ESTABLISHED).map(({ state: _, ...row }) => row);
  const listening = rows
    .filter(({ state }) => state === TCP_LISTEN)
    .map(({ local, peer: _peer, state: _state, ...row }) => ({ protocol: 'tcp' as const, ...local, ...row }));
  return { listening, connected };
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
