import { meshError } from '../../errors/index.ts';
import { calledService } from '../../graph/order.ts';
import { isProxy } from '../../inventory/noise.ts';
import type { AssessView, AssessedPods } from '../view.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** P5: who goes by a pod's address, as clients of a registry do, is moved by no weight and refused by STRICT. */
export const podAddresses: Analyzer = {
  id: 'P5',
  title: 'Calls to pod addresses',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1320', 'MW1717'],
  adopts: ({ code }) => code === 'MW1320',
  analyze: (view) => {
    const behind = new Map(
      view.pods
        .filter(({ facts }) => !facts.hostNetwork)
        .flatMap((pods) => pods.facts.podAddresses.map((address) => [address, pods] as const)),
    );
    const callers = podCallers(view.inventory);
    return [
      ...view.inventory.hosts.flatMap((host) => callsFrom(host, behind)),
      ...view.pods.flatMap((pods) => unseen(pods, callers)),
    ];
  },
};

/** Connections are read on hosts alone; without addresses nobody knows which of them end in these pods. */
function unseen({ id, service, facts, cluster }: AssessedPods, callers: ReadonlyMap<string, string[]>): Draft[] {
  // What files tell of as a whole is said once, by the check.
  if (facts.hostNetwork || cluster.origin === 'files') return [];
  if (facts.podAddresses.length === 0) return [notKnown(id, 'no address of its pods was seen')];
  const names = [...new Set(callers.get(service.name))].sort().join(', ');
  if (names === '') return [];
  return [notKnown(id, `connections between pods are not read, and ${names} may go by its address`)];
}

/** By service: the pods that call it, without its own. */
function podCallers({ workloads, dependencies }: AssessView['inventory']): Map<string, string[]> {
  const serviceOf = new Map(workloads.map((one) => [one.id, one.service]));
  const calls = dependencies
    .map(({ from, to }) => ({ from, to: calledService(to, serviceOf) }))
    .filter(({ from, to }) => /^(external\/)?k8s\//.test(from) && serviceOf.get(from) !== to);
  return new Map([...Map.groupBy(calls, ({ to }) => to)].map(([to, all]) => [to, all.map(({ from }) => from)]));
}

/** Connections that a host opened to pods; those of its proxy are where the mesh sent them. */
function callsFrom(
  { name, flows }: AssessView['inventory']['hosts'][number],
  behind: ReadonlyMap<string, AssessedPods>,
): Draft[] {
  const seen = flows.flatMap((flow) => {
    const pods = behind.get(flow.peerAddress);
    if (pods === undefined || flow.direction !== 'outbound' || isProxy(flow)) return [];
    return [
      {
        caller: `vm/${name}/${flow.unit ?? flow.process ?? 'unknown'}`,
        callee: pods.id,
        to: `${flow.peerAddress}:${flow.peerPort}`,
      },
    ];
  });
  const unique = new Map(seen.map((one) => [`${one.caller} ${one.callee}`, one]));
  return [...unique.values()].map(({ caller, callee, to }) =>
    draft('warning', callee, `a connection to ${to}`, meshError('MW1717', { caller, callee })),
  );
}
