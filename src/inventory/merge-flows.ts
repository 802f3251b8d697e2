import { canonicalJson } from '../estate/canonical.ts';
import type { Flow } from './schema.ts';

/** Conversations of one host that are kept, as many as a few thousand clients and a busy host's own calls make. */
export const MAX_CONVERSATIONS = 10_000;

/**
 * What tells a conversation from others: everything but the ends and the times that change with every connection. So direction, owner,
 * peer and the port of the side that serves are in it, and whatever else a flow says.
 */
export function conversationOf(flow: Flow): string {
  const { localAddress: _address, localPort, peerPort, pid: _pid, endedAt: _endedAt, ...rest } = flow;
  return canonicalJson({ ...rest, port: flow.direction === 'inbound' ? localPort : peerPort });
}

/** The conversations of one host over many samples, by the first connection of each. It grows with them alone. */
export class Conversations {
  readonly #flows = new Map<string, Flow>();
  #isFull = false;

  add(flows: readonly Flow[]): void {
    for (const flow of flows) {
      const key = conversationOf(flow);
      if (this.#flows.has(key)) continue;
      if (this.#flows.size < MAX_CONVERSATIONS) this.#flows.set(key, flow);
      else this.#isFull = true;
    }
  }

  /** In a fixed order, whatever sample saw them first. */
  get flows(): Flow[] {
    return [...this.#flows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, flow]) => flow);
  }

  /** There were more than are kept. */
  get isFull(): boolean {
    return this.#isFull;
  }
}
