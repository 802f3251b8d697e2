import { meshError } from '../../../errors/index.ts';
import { PROXY_UNIT } from '../../../plans/host-paths.ts';
import type { OperationOf } from '../../../plans/operation.ts';
import type { OperationContext, OperationHandler, World } from '../../handler.ts';
import type { HostFacts } from './host-facts.ts';
import { DRAIN_SCRIPT, DRAIN_STATE_SCRIPT } from './scripts/units.ts';
import { changeHost, foreignTo, preImagesOf, runOnHost } from './session.ts';

const POLL_MS = 1000;
const VARIABLES = { proxy_unit: PROXY_UNIT };

async function readState(world: World, host: string): Promise<HostFacts> {
  return await runOnHost(world, {
    host,
    action: 'counting the connections of the proxy',
    script: DRAIN_STATE_SCRIPT,
    variables: VARIABLES,
  });
}

/**
 * Waits for zero, or says what is left. Nothing is cut: the run pauses, and apply goes on waiting, unless the plan declares
 * that what is left may end with the proxy, which a later step stops.
 */
async function awaitEmpty(
  { host, timeoutSeconds, thenClose }: OperationOf<'host.drain'>,
  { world }: OperationContext,
): Promise<string[]> {
  const start = world.clock.now();
  for (;;) {
    const facts = await readState(world, host);
    const seconds = Math.round((world.clock.now() - start) / 1000);
    if (facts.has('left', '0')) return [`proxy of host ${host} empty after ${seconds} s`];
    const goOn = seconds < timeoutSeconds && (await world.clock.sleep(POLL_MS));
    if (goOn) continue;
    if (thenClose)
      return [`${facts.last('left')} connection(s) left after ${seconds} s end with the proxy of host ${host}`];
    throw meshError('MW1431', { host, count: facts.last('left'), seconds }, { details: facts.all('connection') });
  }
}

export const hostDrain: OperationHandler<'host.drain'> = {
  async probe({ host }, context) {
    const facts = await readState(context.world, host);
    if (facts.has('stopped') || facts.last('owner') === '') return { state: 'done' };
    const foreign = foreignTo(context, facts);
    if (foreign) return foreign;
    if (!facts.has('draining')) return { state: 'not-done' };
    return { state: facts.has('left', '0') ? 'done' : 'partial' };
  },

  async remember({ host }, context) {
    return await Promise.resolve(preImagesOf(host, context));
  },

  async apply(operation, context) {
    const { host } = operation;
    const facts = await changeHost(context, {
      host,
      action: 'draining the proxy',
      script: DRAIN_SCRIPT,
      variables: VARIABLES,
    });
    if (facts.has('absent') || facts.has('left', '0')) return [`no proxy runs on host ${host}`];
    return await awaitEmpty(operation, context);
  },

  async preview({ host }, context) {
    const left = (await readState(context.world, host)).last('left') || '0';
    return { target: `host ${host}`, change: 'run', diff: `let ${left} connection(s) of the proxy end` };
  },
};
