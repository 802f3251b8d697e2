import type { HostFacts, Translation } from './schema.ts';

type End = Translation['client'];

/**
 * Connections whose addresses some host of the estate rewrites, found by the ends that a socket shows. One that is called at a virtual
 * address has a server behind it; one that comes from a masquerading host has a client behind that.
 */
export class Translations {
  readonly #byCall = new Map<string, Translation>();
  readonly #byAnswer = new Map<string, { host: HostFacts; translation: Translation }>();

  constructor(hosts: readonly HostFacts[]) {
    for (const host of hosts)
      for (const translation of host.translations ?? []) {
        this.#byCall.set(key(translation.client, translation.server), translation);
        this.#byAnswer.set(key(translation.seenServer, translation.seenClient), { host, translation });
      }
  }

  /** Who really answers a call from `client` to `server`; undefined where nobody rewrites it. */
  serverOf(client: End, server: End): End | undefined {
    return this.#byCall.get(key(client, server))?.seenServer;
  }

  /** What a connection was that reaches `server` from `client`, and the host that rewrote it; undefined where none did. */
  behind(server: End, client: End): { host: HostFacts; translation: Translation } | undefined {
    return this.#byAnswer.get(key(server, client));
  }
}

function key(one: End, other: End): string {
  return `${one.address} ${one.port} ${other.address} ${other.port}`;
}
