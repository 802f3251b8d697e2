import type { HostFacts } from './host-facts.ts';

export interface Peer {
  address: string;
  port: number;
}

/** `[::ffff:10.0.0.1]:80`, `[fd00::1]:80` and `10.0.0.1:80` as one form; null for anything else. */
export function parseEndpoint(text: string): Peer | null {
  const { address, port } = /^\[?(?<address>[0-9A-Fa-f:.]+)(?:%[\w.-]+)?\]?:(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (address === undefined || port === undefined) return null;
  return { address: address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, ''), port: Number(port) };
}

const keyOf = ({ address, port }: Peer): string => `${address} ${port}`;

/**
 * The local ends of a unit's sockets to these peers, from lines `recv send local peer users`. The name of a process may
 * hold anything, also blanks.
 */
function localEnds(lines: string[], pids: Set<string>, peers: Set<string>): Set<string> {
  const ends = new Set<string>();
  for (const line of lines) {
    const [, , local = '', remote = ''] = line.trim().split(/\s+/);
    const [here, there] = [parseEndpoint(local), parseEndpoint(remote)];
    const owned = [...line.matchAll(/",pid=(\d{1,9}),fd=\d+\)/g)].some(([, pid]) => pids.has(pid as string));
    if (here && there && owned && peers.has(keyOf(there))) ends.add(keyOf(here));
  }
  return ends;
}

/** Ends of applications that the proxy sees under another port: `mapped END SEEN`. */
function mappedEnds(facts: HostFacts): [end: string, seen: string][] {
  return facts.all('mapped').flatMap((line): [string, string][] => {
    const [end, seen] = line
      .trim()
      .split(/\s+/)
      .map((text) => parseEndpoint(text));
    return end && seen ? [[keyOf(end), keyOf(seen)]] : [];
  });
}

/**
 * How many of a unit's connections to these peers pass no proxy: those seen in both looks, whose own end the proxy
 * has not accepted before or after. A connection that begins or ends between the looks is never counted.
 */
export function countUnproxied(facts: HostFacts, peers: Peer[]): number {
  const wanted = new Set(
    peers.map((peer) =>
      keyOf(parseEndpoint(`${peer.address.includes(':') ? `[${peer.address}]` : peer.address}:${peer.port}`) ?? peer),
    ),
  );
  const pids = new Set(facts.all('pid'));
  const accepted = new Set(
    facts
      .all('proxy')
      .flatMap((line) => parseEndpoint(line.trim().split(/\s+/)[1] ?? '') ?? [])
      .map(keyOf),
  );
  for (const [end, seen] of mappedEnds(facts)) if (accepted.has(seen)) accepted.add(end);
  const later = localEnds(facts.all('again'), pids, wanted);
  return [...localEnds(facts.all('app'), pids, wanted)].filter((end) => later.has(end) && !accepted.has(end)).length;
}
