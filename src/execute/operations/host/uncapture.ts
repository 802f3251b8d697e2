import type { OperationHandler } from '../../handler.ts';
import { CAPTURE_UNITS, isPlain, readCapture } from './capture-state.ts';
import { UNCAPTURE_SCRIPT } from './scripts/capture.ts';
import { REMOVE_RULES } from './scripts/on-host.ts';
import { changeHost, foreignTo, preImagesOf } from './session.ts';

/** New connections go past the proxy again; those it holds go on through it, by the kernel's connection tracking. */
export const hostUncapture: OperationHandler<'host.uncapture'> = {
  async probe({ host }, context) {
    const facts = await readCapture(context.world, host);
    if (isPlain(facts) && !facts.has('kept')) return { state: 'done' };
    return foreignTo(context, facts) ?? { state: facts.has('live') ? 'not-done' : 'partial' };
  },

  async remember({ host }, context) {
    return await Promise.resolve(preImagesOf(host, context));
  },

  async apply({ host }, context) {
    const variables = { ...CAPTURE_UNITS, remove: REMOVE_RULES };
    const facts = await changeHost(context, {
      host,
      action: 'ending the capture',
      script: UNCAPTURE_SCRIPT,
      variables,
    });
    return [facts.has('absent') ? `host ${host} had nothing of meshway` : `host ${host} no longer captured`];
  },

  async preview({ host }, context) {
    const facts = await readCapture(context.world, host);
    return {
      target: `host ${host}`,
      change: facts.has('live') ? 'delete' : 'none',
      diff: '-chains MESHWAY_* and the two jumps to them',
    };
  },
};
