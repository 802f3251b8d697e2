import { isUnitRef, type KubeWorkloadRef, type UnitRef } from '../estate/schema.ts';

/** The id of a workload: where it runs, in the estate's names. */
export function workloadIdOf(ref: UnitRef | KubeWorkloadRef): string {
  return isUnitRef(ref) ? unitId(ref.host, ref.unit) : kubeId(ref.cluster, ref.namespace, ref.kind, ref.name);
}

export function unitId(host: string, unit: string): string {
  return `vm/${host}/${unit}`;
}

export function kubeId(cluster: string, namespace: string, kind: string, name: string): string {
  return `k8s/${cluster}/${namespace}/${kind}/${name}`;
}

export function serviceIdOf(service: string): string {
  return `service/${service}`;
}

/** A node that the estate does not know: an address, or a workload outside its services. */
export function externalId(what: string): string {
  return `external/${what.replaceAll(/\s/g, '-')}`;
}
