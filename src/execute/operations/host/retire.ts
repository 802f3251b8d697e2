import type { OperationHandler } from '../../handler.ts';
import { readLookBack, throughLookBack } from './look-back.ts';
import { RETIRE_SCRIPT } from './scripts/look-back.ts';
import { foreignTo, preImagesOf } from './session.ts';

/** Of the step's time, what is left for everything but the stop itself. */
const RESERVE_SECONDS = 60;

/** The commit point. `done` and `partial` are said of what this run itself has stopped, never of a unit that somebody else did. */
export const hostRetire: OperationHandler<'host.retire'> = {
  async probe(operation, context) {
    const facts = await readLookBack(operation, context.world, context.stamp.run);
    const foreign = foreignTo(context, facts);
    if (foreign) return foreign;
    if (!facts.has('committed')) return { state: 'not-done' };
    return { state: facts.has('running') || facts.has('boots') ? 'partial' : 'done' };
  },

  async remember({ host }, context) {
    return await Promise.resolve(preImagesOf(host, context));
  },

  async apply(operation, context) {
    const { host, unit } = operation;
    const facts = await throughLookBack(operation, context, {
      action: `stopping ${unit}`,
      script: RETIRE_SCRIPT,
      variables: { stop_seconds: String(Math.max(30, Math.round(context.timeoutMs / 1000) - RESERVE_SECONDS)) },
    });
    return [`${unit} on host ${host} stopped and disabled for good; it was ${facts.last('was')}`];
  },

  async preview({ host, unit }) {
    return await Promise.resolve({
      target: `host ${host}`,
      change: 'run' as const,
      diff: `systemctl disable --now ${unit}: cannot be undone by this plan`,
    });
  },
};
