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
    return [
      ...view.inventory.hosts.flatMap((host) => callsFrom(host, behind)),
      ...view.pods.flatMap((pods) => unseen(view, pods)),
    ];
  },
};

/** Connections are read on hosts alone; without addresses nobody knows which of them end in these pods. */
function unseen({ inventory }: AssessView, { id, service, facts, cluster }: AssessedPods): Draft[] {
  // What files tell of as a whole is said once, by the check.
  if (facts.hostNetwork || cluster.origin === 'files') return [];
  if (facts.podAddresses.length === 0) return [notKnown(id, 'no address of its pods was seen')];
  const serviceOf = new Map(inventory.workloads.map((one) => [one.id, one.service]));
  const callers = inventory.dependencies
    .filter(({ from, to }) => calledService(to, serviceOf) === service.name && serviceOf.get(from) !== service.name)
    .flatMap(({ from }) => (/^(external\/)?k8s\//.test(from) ? [from] : []));
  if (callers.length === 0) return [];
  const names = [...new Set(callers)].sort().join(', ');
  return [notKnown(id, `connections between pods are not read, and ${names} may go by its address`)];
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
