import type { EstateService } from '../estate/schema.ts';
import type { MeshProvider } from '../providers/provider.ts';
import { groupsOf } from './groups.ts';

/** By host: what a plan of this provider labels its registration with. The mesh may add labels of its own. */
export function vmLabels(
  services: readonly EstateService[],
  { target }: Pick<MeshProvider, 'target'>,
): Map<string, Record<string, string>> {
  return new Map(
    groupsOf(services).flatMap(({ name, host, services: members }) =>
      host === undefined
        ? []
        : [[host, Object.assign(target.proxyLabels(name), ...members.map((one) => target.hostLabels(one.name)))] as const],
    ),
  );
}
