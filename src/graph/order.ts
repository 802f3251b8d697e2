import type { Dependency, Workload } from '../inventory/schema.ts';
import { components } from './components.ts';

/** Services that call each other in a circle have one place in the order, together. */
export type Rank = string[];

/**
 * The services of an inventory, callees before their callers: a server that joins first shows its plaintext share
 * early, and on the way back its callers have left before it. Ties are broken by name.
 */
export function calleesFirst(
  services: readonly string[],
  workloads: readonly Workload[],
  dependencies: readonly Dependency[],
): Rank[] {
  const names = services.toSorted();
  const numberOf = new Map(names.map((name, index) => [name, index]));
  const serviceOf = new Map(workloads.map(({ id, service }) => [id, service]));
  const successors = names.map(() => new Set<number>());
  for (const { from, to } of dependencies) {
    const caller = numberOf.get(serviceOf.get(from) ?? '');
    const callee = numberOf.get(calledService(to, serviceOf));
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
