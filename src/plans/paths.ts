import { isUnitRef, type EstateService, type MigrationPath } from '../estate/schema.ts';

/** The path a service takes, and why. */
export interface ChosenPath {
  service: string;
  path: MigrationPath;
  why: string;
}

/** The estate's word, else: a VM with a twin joins and then moves; everything else joins where it is. */
export function choosePath(service: EstateService): ChosenPath {
  const { name, path, twin, workload } = service;
  if (path) return { service: name, path, why: 'the estate names this path' };
  if (isUnitRef(workload) && twin) return { service: name, path: 'mesh-first', why: 'it runs on a VM and has a twin' };
  const why = isUnitRef(workload) ? 'it runs on a VM and has no twin' : 'it runs in Kubernetes already';
  return { service: name, path: 'stay', why };
}

/** Paths this planner can lay out; the others are refused with a code, never replaced by a default. */
export const PLANNABLE: readonly MigrationPath[] = ['mesh-first', 'stay'];
