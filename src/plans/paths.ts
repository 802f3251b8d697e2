import { twinsOf } from '../estate/twins.ts';
import { isUnitRef, type EstateService, type MigrationPath } from '../estate/schema.ts';

/** The path a service takes, and why. */
export interface ChosenPath {
  service: string;
  path: MigrationPath;
  why: string;
}

/** The estate's word, else: a VM with a twin joins and then moves; everything else joins where it is. */
export function choosePath(service: EstateService): ChosenPath {
  const { name, path, twins, workload } = service;
  if (path) return { service: name, path, why: 'the estate names this path' };
  const has = twins ? 'it runs on a VM and has several twins' : 'it runs on a VM and has a twin';
  if (isUnitRef(workload) && twinsOf(service).length > 0) return { service: name, path: 'mesh-first', why: has };
  const why = isUnitRef(workload) ? 'it runs on a VM and has no twin' : 'it runs in Kubernetes already';
  return { service: name, path: 'stay', why };
}

/** On which the twin takes over. */
export const movesToTwin = (service: EstateService): boolean => choosePath(service).path !== 'stay';

/** Whether a service's own unit gets a proxy: on `platform-first` and `direct` nothing of the mesh comes to its host. */
export function unitJoins(service: EstateService): boolean {
  const { path } = choosePath(service);
  return isUnitRef(service.workload) && (path === 'mesh-first' || path === 'stay');
}

/** Whether a service's traffic moves by the weights of a route, in its callers' proxies. */
export function movesByWeights(service: EstateService): boolean {
  const { path } = choosePath(service);
  return path === 'mesh-first' || path === 'direct';
}
