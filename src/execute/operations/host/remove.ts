import type { OperationContext, OperationHandler } from '../../handler.ts';
import type { HostFacts } from './host-facts.ts';
import { REMOVE_RULES } from './scripts/on-host.ts';
import { LEFTOVERS_SCRIPT, REMOVE_SCRIPT } from './scripts/remove.ts';
import { FORGET_SECONDS } from './scripts/tracking.ts';
import { changeHost, foreignTo, preImagesOf, runOnHost } from './session.ts';

async function readLeftovers(host: string, { world }: OperationContext): Promise<HostFacts> {
  return await runOnHost(world, { host, action: 'looking for what is ours', script: LEFTOVERS_SCRIPT });
}

/** The host as it was: our units, files and directories gone, and with the last of them everything else of ours. */
export const hostRemove: OperationHandler<'host.remove'> = {
  async probe({ host, paths, units }, context) {
    const facts = await readLeftovers(host, context);
    const foreign = foreignTo(context, facts);
    if (foreign) return foreign;
    const left = facts.all('left');
    if (left.length === 0) return { state: 'done' };
    const mine = [...paths, ...units];
    return { state: mine.some((name) => left.some((line) => line.includes(name))) ? 'not-done' : 'partial' };
  },

  async remember({ host }, context) {
    return await Promise.resolve(preImagesOf(host, context));
  },

  async apply({ host, units, paths }, context) {
    const variables = { units: units.join(' '), paths: paths.join('\n'), remove: REMOVE_RULES };
    const facts = await changeHost(context, {
      host,
      action: 'removing what is ours',
      script: REMOVE_SCRIPT,
      timeoutMs: context.timeoutMs + FORGET_SECONDS.remove * 1000,
      variables,
    });
    return [
      ...facts.all('removed').map((path) => `removed ${path}`),
      ...facts.all('kept').map((path) => `kept as the record of what was retired: ${path}`),
      ...(facts.has('home') || facts.has('absent') ? [`nothing of meshway is left on host ${host}`] : []),
      ...facts.all('since').map((rule) => `firewall, added by others meanwhile: ${rule}`),
      ...facts.all('gone').map((rule) => `firewall, taken away by others meanwhile: ${rule}`),
    ];
  },

  async preview({ host, units, paths }, context) {
    const left = (await readLeftovers(host, context)).all('left');
    return {
      target: `host ${host}`,
      change: left.length === 0 ? 'none' : 'delete',
      diff: [...units, ...paths].map((name) => `-${name}`).join('\n'),
    };
  },
};
