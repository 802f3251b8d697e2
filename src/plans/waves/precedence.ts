import type { Group } from '../groups.ts';
import { movesToTwin, unitJoins } from '../paths.ts';
import type { EstateView } from '../view.ts';
import type { GroupCall } from './bundles.ts';

/** A group that joins no later than another, and why. */
export interface Precedence {
  first: number;
  second: number;
  label: string;
}

/**
 * What has to join before what. A VM is registered some time before its capture takes what arrives, and who is in the mesh
 * by then would send it mTLS too early: it joins before its callers. A pod has its proxy from its first moment on, and
 * takes plaintext and mTLS alike; there callees first is a preference, unless the mesh's clients cannot speak to servers
 * outside it.
 */
export function precedences(
  view: EstateView,
  groups: readonly Group[],
  calls: readonly GroupCall[],
  needsServerFirst: boolean,
): Precedence[] {
  return calls.flatMap(({ from, to, reachesUnit }) => {
    const [caller, callee] = [groups[from], groups[to]];
    if (!caller || !callee || (!needsServerFirst && !mustPrecede(view, callee, reachesUnit))) return [];
    return [{ first: to, second: from, label: `${callee.name} joins before its caller ${caller.name}` }];
  });
}

/** Whether callers have to wait for a group: for its VM, or for the name by which they are to follow its traffic. */
function mustPrecede(view: EstateView, callee: Group, reachesUnit: boolean): boolean {
  return (reachesUnit && isJoiningVm(view, callee)) || callee.services.some((service) => movesToTwin(service) && !unitJoins(service));
}

/** Whether a group's own host is still to join. */
export function isJoiningVm(view: EstateView, { host, services }: Group): boolean {
  const workloads = services.flatMap(({ name }) => view.workloads(name));
  return host !== undefined && workloads.some(({ id, position }) => id.startsWith('vm/') && position.mesh === 'off');
}
