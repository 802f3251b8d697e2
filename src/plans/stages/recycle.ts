import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import type { StepDraft } from '../plan.ts';
import type { EstateView } from '../view.ts';

/**
 * A unit's connections that are older than its host's capture pass no proxy: weights and STRICT do not reach them.
 * They may end by themselves; what is left then ends with a restart of the unit, which is declared here.
 */
export function recycleSteps(view: EstateView, callee: EstateService): StepDraft[] {
  return view.callersOf(callee.name).flatMap((caller) => {
    const ref = view.refOf(caller);
    if (!ref || !isUnitRef(ref)) return [];
    return [recycleStep(view, callee, ref.host, ref.unit)];
  });
}

function recycleStep(view: EstateView, callee: EstateService, host: string, unit: string): StepDraft {
  const addresses = isUnitRef(callee.workload) ? [view.host(callee.workload.host)?.address ?? ''] : [];
  const peers = addresses.map((address) => ({ address, port: callee.port ?? 0 }));
  const waitSeconds = view.estate.policy.recycleAfterSeconds;
  const seen = view
    .host(host)
    ?.flows.filter(
      (flow) =>
        flow.unit === unit && peers.some(({ address, port }) => flow.peerAddress === address && flow.peerPort === port),
    );
  return {
    action: `recycle-${host.toLowerCase()}`,
    reason: `connections of ${unit} to ${callee.name} that are older than the capture pass no proxy`,
    require: [],
    requireRevert: [],
    apply: [{ op: 'host.recycle', host, unit, peers, waitSeconds }],
    verify: [{ check: 'host.proxied', host, unit, peers }],
    revert: [],
    verifyRevert: [],
    interruption: 'connection-reset',
    interruptionDetail: `if any of them is left after ${waitSeconds} s, ${unit} on ${host} restarts once (${seen?.length ?? 0} such connection(s) when discovery looked)`,
    timeoutMs: (waitSeconds + 120) * 1000,
  };
}
