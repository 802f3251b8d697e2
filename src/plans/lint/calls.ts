import { calledService } from '../../graph/order.ts';
import { isOnlyAllowed } from '../../inventory/allowed.ts';
import { kubeId } from '../../inventory/ids.ts';
import { placeOf } from '../view.ts';
import { isRestart, type LintView } from './view.ts';

/** A call that the inventory knows of, with the service at its end. */
export interface LintCall {
  from: string;
  service: string;
  /** The callee as the inventory names it: a service, or one workload of it. */
  to: string;
  port: number;
  isObserved: boolean;
}

/** All calls to services of the estate from elsewhere; those that a NetworkPolicy alone lets through are none. */
export function callsIn({ inventory }: LintView): LintCall[] {
  const serviceOf = new Map(inventory.workloads.map(({ id, service }) => [id, service]));
  return inventory.dependencies
    .filter((one) => !isOnlyAllowed(one))
    .map(({ from, to, port, evidence }) => ({
      ...{ from, to, port, service: calledService(to, serviceOf) },
      isObserved: evidence.some(({ confidence }) => confidence === 'observed'),
    }))
    .filter(({ from, service }) => service !== '' && serviceOf.get(from) !== service);
}

/** When each host and each workload in Kubernetes joins, by the number of the step; those that the inventory has in the mesh at -1. */
export interface Joins {
  hosts: ReadonlyMap<string, number>;
  workloads: ReadonlyMap<string, number>;
  /** Ports whose outgoing calls the capture of a host leaves alone. */
  excluded: ReadonlyMap<string, readonly number[]>;
}

export function joinsIn(view: LintView): Joins {
  const { inventory } = view;
  const captures = view.operations('host.capture');
  const on = inventory.workloads.filter(({ position }) => position.mesh === 'on');
  return {
    hosts: new Map([
      ...captures.toReversed().map(({ operation: { host }, at }) => [host, at] as const),
      ...inventory.hosts.filter(({ meshed }) => meshed).map(({ name }) => [name, -1] as const),
      ...on.flatMap(({ id }) => (placeOf(id) ? [[placeOf(id)?.host ?? '', -1] as const] : [])),
    ]),
    workloads: new Map([...enrolled(view), ...on.map(({ id }) => [id, -1] as const)]),
    excluded: new Map(captures.map(({ operation: { host, capture } }) => [host, capture.excludeOutboundPorts] as const)),
  };
}

/** Pods join by a change of their template after which a proxy is seen in each of them, whatever the mesh calls the label. */
function enrolled(view: LintView): (readonly [string, number])[] {
  return view.operations('kube.set').flatMap(({ operation, step, at }) => {
    const { cluster, ref } = operation;
    const isSeen = step.verify.some(
      (check) => check.check === 'workload.rolledOut' && check.proxy && check.name === ref.name && check.kind === ref.kind,
    );
    return isRestart(operation) && isSeen ? [[kubeId(cluster, ref.namespace, ref.kind, ref.name), at] as const] : [];
  });
}

/** Whether what makes a call goes through a proxy before a step. What a host forwards for others never does. */
export function hasJoined({ hosts, workloads, excluded }: Joins, { from, port }: Pick<LintCall, 'from' | 'port'>, at: number): boolean {
  const { host, owner } = placeOf(from) ?? {};
  if (host === undefined) return (workloads.get(from) ?? Infinity) < at;
  const isLeftAlone = excluded.get(host)?.includes(port) === true;
  return owner !== undefined && !isLeftAlone && (hosts.get(host) ?? Infinity) < at;
}
