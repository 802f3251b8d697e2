import { isUnitRef } from '../../estate/schema.ts';
import type { WaveProblem } from '../../graph/waves/problem.ts';
import type { Group } from '../groups.ts';
import type { EstateView } from '../view.ts';

type ApartSet = WaveProblem['apart'][number];

/** A group that serves a name, and the site of its host. */
interface Copy {
  bundle: number;
  site: string | undefined;
}

/**
 * What must not join in one wave. Of the copies of a name no more than half move at once, and none of two sites: a wave
 * that goes wrong then leaves a site, or half of the copies, as it was.
 */
export function apartSets(view: EstateView, groups: readonly Group[], bundleOf: Int32Array): ApartSet[] {
  const copies = [...copiesByName(view, groups, bundleOf)].filter(([, all]) => all.length > 1);
  return copies.flatMap(([name, all]) => [half(name, all), ...sitePairs(name, all)]);
}

function copiesByName(view: EstateView, groups: readonly Group[], bundleOf: Int32Array): Map<string, Copy[]> {
  const found = new Map<string, Map<number, Copy>>();
  for (const [at, { services }] of groups.entries())
    for (const { hostname, port, workload } of services) {
      if (hostname === undefined) continue;
      const site = isUnitRef(workload) ? view.estateHost(workload.host)?.site : workload.cluster;
      const bundle = bundleOf[at] ?? 0;
      const name = `${hostname}:${port ?? ''}`;
      found.set(name, (found.get(name) ?? new Map<number, Copy>()).set(bundle, { bundle, site }));
    }
  return new Map([...found].map(([name, all]) => [name, [...all.values()]]));
}

const half = (name: string, copies: readonly Copy[]): ApartSet => ({
  members: Int32Array.from(copies, ({ bundle }) => bundle),
  most: Math.max(1, Math.floor(copies.length / 2)),
  label: `half of the ${copies.length} copies of ${name}`,
});

/** Each two copies of a name that are at two sites. */
function sitePairs(name: string, copies: readonly Copy[]): ApartSet[] {
  return copies.flatMap((one, at) =>
    copies.slice(at + 1).flatMap((other): ApartSet[] => {
      if (one.site === undefined || other.site === undefined || one.site === other.site) return [];
      const label = `${name} at ${one.site} and at ${other.site}`;
      return [{ members: Int32Array.of(one.bundle, other.bundle), most: 1, label }];
    }),
  );
}
