import type { OperationHandler } from '../../handler.ts';
import { readLookBack, throughLookBack, whoCalled } from './look-back.ts';
import { FORGET_SCRIPT, QUIET_SCRIPT } from './scripts/look-back.ts';
import { changeHost, foreignTo, preImagesOf } from './session.ts';

/** Nobody from outside the mesh has reached a unit's ports for the look-back, by the host's own evidence. */
export const hostQuiet: OperationHandler<'host.quiet'> = {
  async probe(operation, context) {
    const facts = await readLookBack(operation, context.world, context.stamp.run);
    const foreign = foreignTo(context, facts);
    if (foreign) return foreign;
    const isNoted = facts.has('marked') || facts.has('recorded');
    if (operation.want === 'forgotten') return { state: isNoted ? 'not-done' : 'done' };
    if (facts.has('recorded') || facts.has('verdict', 'over')) return { state: 'done' };
    return { state: isNoted ? 'partial' : 'not-done' };
  },

  async remember({ host }, context) {
    return await Promise.resolve(preImagesOf(host, context));
  },

  async apply(operation, context) {
    const { host, unit, ports, seconds, want } = operation;
    if (want === 'forgotten') {
      await changeHost(context, {
        host,
        action: 'forgetting the look-back',
        script: FORGET_SCRIPT,
        variables: { unit },
      });
      return [`what was noted of ${unit} on host ${host} is forgotten`];
    }
    await throughLookBack(operation, context, { action: `looking who calls ${unit}`, script: QUIET_SCRIPT });
    return [`nobody from outside has reached port(s) ${ports.join(', ')} of host ${host} for ${seconds} s`];
  },

  async preview(operation, context) {
    const { host, unit, seconds, want } = operation;
    const facts = await readLookBack(operation, context.world, context.stamp.run);
    const seen = facts.has('verdict', 'called') ? `; called meanwhile by ${whoCalled(facts)}` : '';
    const diff =
      want === 'forgotten' ? 'forget the look-back' : `see that nobody calls ${unit} for ${seconds} s${seen}`;
    return { target: `host ${host}`, change: 'run', diff };
  },
};
