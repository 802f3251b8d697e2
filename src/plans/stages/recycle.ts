import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import { choosePath } from '../paths.ts';
import type { OperationOf } from '../operation.ts';
import type { StepDraft } from '../plan.ts';
import { type EstateView, isPublished } from '../view.ts';

type Peers = OperationOf<'host.recycle'>['peers'];

/**
 * A unit's connections that are older than its host's capture pass no proxy: weights and STRICT do not reach them.
 * They may end by themselves; what is left then ends with a restart of the unit, which is declared here.
 */
export function recycleSteps(view: EstateView, callees: readonly EstateService[]): StepDraft[] {
  const calls = callees.flatMap((callee) =>
    view.callersOf(callee.name).flatMap((caller) => {
      const ref = view.unitOf(caller);
      const isProxied = view.isCaptured(caller, callee.port) && !view.isNeighbour(caller, callee);
      const isExempt = view.exemptCallersOf(callee.name).some((one) => one.caller === caller);
      const isReached = isPublished(callee) && isProxied && !isExempt && peersOf(view, callee).length > 0;
      return ref && isReached ? [{ ...ref, callee }] : [];
    }),
  );
  const byUnit = [...Map.groupBy(calls, ({ host, unit }) => `${host} ${unit}`).values()];
  return byUnit.flatMap((ofUnit) => {
    const [first] = ofUnit;
    if (!first) return [];
    const siblings = byUnit.filter((other) => other[0]?.host === first.host).length;
    return [recycleStep(view, first.host, first.unit, ofUnit.map(({ callee }) => callee), siblings > 1)];
  });
}

function recycleStep(
  view: EstateView,
  host: string,
  unit: string,
  callees: readonly EstateService[],
  hasSiblings: boolean,
): StepDraft {
  const peers = callees.flatMap((callee) => peersOf(view, callee));
  const waitSeconds = view.estate.policy.recycleAfterSeconds;
  const isPeer = (address: string, port: number): boolean =>
    peers.some((peer) => peer.address === address && peer.port === port);
  const seen = view.host(host)?.flows.filter((flow) => flow.unit === unit && isPeer(flow.peerAddress, flow.peerPort));
  const bare = unit.replace(/\.service$/, '').toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-');
  return {
    action: `recycle-${host.toLowerCase()}${hasSiblings ? `-${bare}` : ''}`,
    reason: `connections of ${unit} to ${callees.map(({ name }) => name).join(' and ')} that are older than the capture pass no proxy`,
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

/** Where connections to a service go that no proxy sees: to its VM, or to what the hosts are told for its name, or to where DNS led them instead. */
function peersOf(view: EstateView, service: EstateService): Peers {
  const { workload, hostname = '', port } = service;
  const own = isUnitRef(workload) ? [view.host(workload.host)?.address ?? ''] : view.answersFor(hostname);
  const addresses = choosePath(service).path === 'platform-first' ? (service.switch?.answers ?? []) : own;
  return addresses.map((address) => ({ address, port: port ?? 0 }));
}
