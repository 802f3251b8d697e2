import type { EstateService } from '../estate/schema.ts';
import type { MeshProvider } from '../providers/provider.ts';
import { groupsOf } from './groups.ts';

/** By host: what a plan of this provider labels its registration with. The mesh may add labels of its own. */
export function vmLabels(
  services: readonly EstateService[],
  { target }: Pick<MeshProvider, 'target'>,
): Map<string, Record<string, string>> {
  const labels = groupsOf(services).flatMap(({ name, host, services: members }) => {
    if (host === undefined) return [];
    const own: Record<string, string> = Object.fromEntries(
      [target.proxyLabels(name), ...members.map((one) => target.hostLabels(one.name))].flatMap(Object.entries<string>),
    );
    return [[host, own] as const];
  });
  return new Map(labels);
}
