import type { Translation } from '../../inventory/host-surroundings-schema.ts';
import { plainAddress, type Endpoint } from './addresses.ts';
import type { Sections } from './sections.ts';

/** A connection as connection tracking has it: as it was meant, and as its answers come. */
export type Tracked = Translation;

const LINE =
  /^\S{1,20} ([0-9a-fA-F.:]{2,45}) ([0-9a-fA-F.:]{2,45}) (\d{1,5}) (\d{1,5}) ([0-9a-fA-F.:]{2,45}) ([0-9a-fA-F.:]{2,45}) (\d{1,5}) (\d{1,5})$/;

/** What the host's connection tracking says: `src dst sport dport` of the first packet, then of an answer. */
export function readTracked(sections: Sections): Tracked[] {
  return sections.lines('track').flatMap((line) => {
    const [, src = '', dst = '', sport, dport, answerFrom = '', answerTo = '', fromPort, toPort] =
      LINE.exec(line) ?? [];
    const client = endOf(src, sport);
    const server = endOf(dst, dport);
    const seenServer = endOf(answerFrom, fromPort);
    const seenClient = endOf(answerTo, toPort);
    return client && server && seenServer && seenClient ? [{ client, server, seenServer, seenClient }] : [];
  });
}

/** Connections whose addresses are rewritten; the others say who opened them and no more. */
export function translationsOf(tracked: readonly Tracked[]): Translation[] {
  return tracked.filter(
    ({ client, server, seenServer, seenClient }) => !isSame(client, seenClient) || !isSame(server, seenServer),
  );
}

/** Who opened a connection of this host, as far as connection tracking knows it, by local end and peer. */
export function openersOf(tracked: readonly Tracked[]): ReadonlyMap<string, 'inbound' | 'outbound'> {
  const openers = new Map<string, 'inbound' | 'outbound'>();
  for (const { client, server, seenServer, seenClient } of tracked) {
    openers.set(endsKey(client, server), 'outbound');
    const inbound = endsKey(seenServer, seenClient);
    // A connection of the host to itself has both ends here, each under its own key.
    if (!openers.has(inbound)) openers.set(inbound, 'inbound');
  }
  return openers;
}

export function endsKey(local: Endpoint, peer: Endpoint): string {
  return `${local.address} ${local.port} ${peer.address} ${peer.port}`;
}

function endOf(address: string, portText = ''): Endpoint | undefined {
  const port = Number(portText);
  return portText !== '' && port <= 65_535 ? { address: plainAddress(address), port } : undefined;
}

function isSame(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}
