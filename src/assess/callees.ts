import { isUnitRef, type EstateService } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { calledService } from '../graph/order.ts';
import { isOnlyAllowed } from '../inventory/allowed.ts';
import { unitId, workloadIdOf } from '../inventory/ids.ts';
import { podPort } from '../inventory/pod-port.ts';
import type { Dependency, Inventory } from '../inventory/schema.ts';
import type { PolicyTarget } from './policies.ts';
import type { AssessedPods, AssessView } from './view.ts';

/** A call of who is not in the mesh, with the port of the workload that it reaches; undefined where that is not known. */
export interface PlainCall {
  from: string;
  port: number | undefined;
}

/** A workload that policies of the mesh may keep from callers, now or once it has joined: pods, or a unit of a VM. */
export interface Callee extends PolicyTarget {
  id: string;
  service: EstateService;
  calls: PlainCall[];
}

/** The workloads of the estate that somebody calls who is not in the mesh. */
export function plainlyCalled(view: AssessView): Callee[] {
  const calls = plainCalls(view.inventory);
  const callees = [
    ...view.pods.map((pods) => podCallee(view, pods, calls.get(pods.service.name) ?? [])),
    ...unitCallees(view, calls),
  ];
  return callees.filter((callee) => callee.calls.length > 0);
}

function podCallee(view: AssessView, pods: AssessedPods, calls: readonly Dependency[]): Callee {
  const { id, service, facts, cluster } = pods;
  const services = view.servicesBefore(pods).map((before) => before.service);
  const twins = twinsOf(service).map(workloadIdOf);
  const other = [workloadIdOf(service.workload), ...twins].filter((one) => one !== id);
  const isTwin = twins.includes(id);
  return {
    ...{ id, service, cluster, namespace: facts.namespace, labels: facts.podLabels },
    calls: calls
      .filter(({ to }) => !other.includes(to))
      // A shift sends the calls of the service to the same port of the twin.
      .map(({ from, to, port }) => ({ from, port: isTwin && to !== id ? port : podPort(port, services, facts.ports) })),
  };
}

/** Units are judged by the mesh that they join, also on hosts that discovery has not read. */
function unitCallees(
  { estate, meshCluster, vmLabels }: AssessView,
  calls: ReadonlyMap<string, readonly Dependency[]>,
): Callee[] {
  if (meshCluster === undefined) return [];
  return estate.services.flatMap((service) => {
    const twins = twinsOf(service);
    const { name, workload, namespace = twins[0]?.namespace ?? '' } = service;
    if (!isUnitRef(workload)) return [];
    const own = (calls.get(name) ?? []).filter(({ to }) => !twins.some((twin) => workloadIdOf(twin) === to));
    return [
      {
        ...{ id: unitId(workload.host, workload.unit), service, cluster: meshCluster, namespace },
        ...{ labels: vmLabels.get(workload.host), isRegistered: true },
        calls: own.map(({ from, port }) => ({ from, port })),
      },
    ];
  });
}

/** By service: calls of others than itself who have not joined. Who may call, and is not known to, is refused nothing. */
function plainCalls({ workloads, dependencies }: Inventory): Map<string, Dependency[]> {
  const serviceOf = new Map(workloads.map(({ id, service }) => [id, service]));
  const meshed = new Set(workloads.flatMap(({ id, position }) => (position.mesh === 'on' ? [id] : [])));
  const plain = dependencies.filter(
    ({ from, to, evidence }) =>
      !meshed.has(from) && serviceOf.get(from) !== calledService(to, serviceOf) && !isOnlyAllowed({ evidence }),
  );
  return Map.groupBy(plain, ({ to }) => calledService(to, serviceOf));
}
