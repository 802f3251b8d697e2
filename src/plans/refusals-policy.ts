import { isStrict, mtlsAt, policyName, type PolicyTarget } from '../assess/policies.ts';
import { isUnitRef, type EstateService } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { meshError } from '../errors/index.ts';
import { workloadIdOf } from '../inventory/ids.ts';
import { asError } from './finding.ts';
import { unitJoins } from './paths.ts';
import type { PlanFinding } from './plan.ts';
import type { EstateView } from './view.ts';

/**
 * Policies of the mesh that would refuse a service's callers from the moment in which it joins: the plan brings STRICT
 * last, and that of somebody else would be there first. What policies make of a service that has joined is not the plan's.
 */
export function policyRefusals(view: EstateView, service: EstateService): PlanFinding[] {
  const callers = plainCallers(view, service);
  if (callers.length === 0) return [];
  return targetsOf(view, service).flatMap(({ workload, target, port }) => {
    const modes = mtlsAt(target, port);
    if (!modes.every(isStrict)) return [];
    const policy = [...new Set(modes.map(policyName))].join(' or ');
    return [asError(service.name, meshError('MW1713', { policy, workload, callers: callers.join(', ') }))];
  });
}

function plainCallers(view: EstateView, { name }: EstateService): string[] {
  return view.callersOf(name).filter((caller) => !isMeshed(view, caller));
}

function isMeshed({ inventory }: EstateView, id: string): boolean {
  return inventory.workloads.find((workload) => workload.id === id)?.position.mesh === 'on';
}

interface Target {
  workload: string;
  target: PolicyTarget;
  port: number | undefined;
}

/** The workloads of a service that have not joined. Which of its ports a Service leads to is not judged here: all must refuse. */
function targetsOf(view: EstateView, service: EstateService): Target[] {
  const cluster = view.cluster(view.estate.provider.cluster);
  if (!cluster?.mesh) return [];
  const own = !isUnitRef(service.workload) || unitJoins(service) ? [service.workload] : [];
  return [...own, ...twinsOf(service)].flatMap((ref): Target[] => {
    const workload = workloadIdOf(ref);
    if (isMeshed(view, workload)) return [];
    if (isUnitRef(ref)) {
      const namespace = view.namespaceOf(service) ?? '';
      return [{ workload, target: { cluster, namespace, labels: undefined }, port: service.port }];
    }
    const labels = view.kubeWorkload(ref)?.podLabels;
    return labels ? [{ workload, target: { cluster, namespace: ref.namespace, labels }, port: undefined }] : [];
  });
}
