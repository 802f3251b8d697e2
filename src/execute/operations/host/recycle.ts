import { meshError } from '../../../errors/index.ts';
import type { OperationOf } from '../../../plans/operation.ts';
import type { OperationContext, OperationHandler, World } from '../../handler.ts';
import type { HostFacts } from './host-facts.ts';
import { RESTART_SCRIPT, SOCKETS_SCRIPT } from './scripts/recycle.ts';
import { changeHost, foreignTo, preImagesOf, runOnHost } from './session.ts';
import { countUnproxied, type Peer } from './sockets.ts';

type Recycle = OperationOf<'host.recycle'>;
const POLL_MS = 1000;
/** A restarted unit may need a moment to open its connections, and the proxy to accept them. */
const SETTLE_SECONDS = 15;

/** Reads a unit's sockets to some ports, and the proxy's. */
export async function readSockets(
  world: World,
  { host, unit, peers }: { host: string; unit: string; peers: Peer[] },
): Promise<HostFacts> {
  const ports = [...new Set(peers.map(({ port }) => String(port)))].join(' ');
  return await runOnHost(world, {
    host,
    action: `looking at the connections of ${unit}`,
    script: SOCKETS_SCRIPT,
    variables: { unit, ports },
  });
}

/** Counts until zero or for so long; returns the last count. */
async function awaitZero(operation: Recycle, seconds: number, { world }: OperationContext): Promise<number> {
  const deadline = world.clock.now() + seconds * 1000;
  for (;;) {
    const count = countUnproxied(await readSockets(world, operation), operation.peers);
    if (count === 0 || world.clock.now() >= deadline || !(await world.clock.sleep(POLL_MS))) return count;
  }
}

export const hostRecycle: OperationHandler<'host.recycle'> = {
  async probe(operation, context) {
    const facts = await readSockets(context.world, operation);
    return foreignTo(context, facts) ?? { state: countUnproxied(facts, operation.peers) === 0 ? 'done' : 'not-done' };
  },

  async remember({ host }, context) {
    return await Promise.resolve(preImagesOf(host, context));
  },

  async apply(operation, context) {
    const { host, unit, waitSeconds } = operation;
    const found = countUnproxied(await readSockets(context.world, operation), operation.peers);
    const reset = found === 0 ? 0 : await awaitZero(operation, waitSeconds, context);
    const lines = [
      `past the proxy: ${found} found, ${found - reset} ended by themselves, ${reset} reset by a restart of ${unit}`,
    ];
    if (reset === 0) return lines;
    const facts = await changeHost(context, {
      host,
      action: `restarting ${unit}`,
      script: RESTART_SCRIPT,
      variables: { unit },
    });
    const left = await awaitZero(operation, SETTLE_SECONDS, context);
    if (left > 0)
      throw meshError(
        'MW1408',
        { count: left, workload: `${host}/${unit}`, seconds: SETTLE_SECONDS },
        { details: lines },
      );
    return [...lines, `restarted ${facts.last('restarted')}`];
  },

  async preview(operation, context) {
    const count = countUnproxied(await readSockets(context.world, operation), operation.peers);
    const { host, unit, waitSeconds } = operation;
    return {
      target: `host ${host}`,
      change: count === 0 ? 'none' : 'run',
      diff: `${count} connection(s) of ${unit} pass no proxy: wait ${waitSeconds} s for them, then restart it`,
    };
  },
};
