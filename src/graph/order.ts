import type { Dependency, Workload } from '../inventory/schema.ts';
import { components } from './components.ts';

/** Groups that call each other in a circle have one place in the order, together. */
export type Rank = string[];

/**
 * Groups of services, callees before their callers: a server that joins first shows its plaintext share early, and on
 * the way back its callers have left before it. Ties are broken by name.
 *
 * @param groupOf the group of each service: its own name, or that of the host whose services move together
 */
export function calleesFirst(
  groupOf: ReadonlyMap<string, string>,
  workloads: readonly Workload[],
  dependencies: readonly Dependency[],
): Rank[] {
  const names = [...new Set(groupOf.values())].sort();
  const index = new Map(names.map((name, number) => [name, number]));
  const serviceOf = new Map(workloads.map(({ id, service }) => [id, service]));
  const numberOf = (service: string): number | undefined => index.get(groupOf.get(service) ?? '');
  const successors = names.map(() => new Set<number>());
  for (const { from, to } of dependencies) {
    const caller = numberOf(serviceOf.get(from) ?? '');
    const callee = numberOf(calledService(to, serviceOf));
    if (caller !== undefined && callee !== undefined && caller !== callee) successors[caller]?.add(callee);
  }
  const sorted = successors.map((set) => [...set].sort((a, b) => a - b));
  return components(names.length, sorted).map((members) => members.map((member) => names[member] ?? ''));
}

/** The service a dependency points at, whether it names the service or one workload of it; empty for a stranger. */
export function calledService(to: string, serviceOf: ReadonlyMap<string, string>): string {
  if (to.startsWith('service/')) return to.slice('service/'.length);
  return serviceOf.get(to) ?? '';
}
