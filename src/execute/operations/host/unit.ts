import type { OperationOf } from '../../../plans/operation.ts';
import type { OperationContext, OperationHandler } from '../../handler.ts';
import type { HostFacts } from './host-facts.ts';
import { START_UNIT_SCRIPT, STOP_UNIT_SCRIPT, UNIT_STATE_SCRIPT } from './scripts/units.ts';
import { changeHost, foreignTo, preImagesOf, runOnHost } from './session.ts';

type Unit = OperationOf<'host.unit'>;

async function readState({ host, unit }: Unit, { world }: OperationContext): Promise<HostFacts> {
  return await runOnHost(world, { host, action: `looking at ${unit}`, script: UNIT_STATE_SCRIPT, variables: { unit } });
}

function isRunning(facts: HostFacts): boolean {
  return facts.has('active', 'active') && !facts.has('stale', 'yes');
}

/** `failed` counts as stopped here: stopping again is what clears it, and is tried by `apply` when asked. */
function stateOf({ want }: Unit, facts: HostFacts): 'done' | 'not-done' | 'partial' {
  const active = facts.last('active');
  if (want === 'stopped') return active === 'inactive' || active === '' ? 'done' : 'not-done';
  if (isRunning(facts)) return 'done';
  return active === 'inactive' || active === '' ? 'not-done' : 'partial';
}

export const hostUnit: OperationHandler<'host.unit'> = {
  async probe(operation, context) {
    const facts = await readState(operation, context);
    return foreignTo(context, facts) ?? { state: stateOf(operation, facts) };
  },

  async remember({ host }, context) {
    return await Promise.resolve(preImagesOf(host, context));
  },

  async apply({ host, unit, want }, context) {
    const start = want === 'running';
    const facts = await changeHost(context, {
      host,
      action: `${start ? 'starting' : 'stopping'} ${unit}`,
      script: start ? START_UNIT_SCRIPT : STOP_UNIT_SCRIPT,
      variables: { unit },
    });
    return [start ? `${facts.last('active')} active` : `${unit} stopped`];
  },

  async preview(operation, context) {
    const state = stateOf(operation, await readState(operation, context));
    const { host, unit, want } = operation;
    return {
      target: `host ${host}`,
      change: state === 'done' ? 'none' : 'run',
      diff: `systemctl ${want === 'running' ? 'start' : 'stop'} ${unit}`,
    };
  },
};
