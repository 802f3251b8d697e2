import { isUnitRef } from '../../estate/schema.ts';
import type { WaveProblem } from '../../graph/waves/problem.ts';
import type { Group } from '../groups.ts';
import type { EstateView } from '../view.ts';

type ApartSet = WaveProblem['apart'][number];

/** A bundle with services that stand in for others, and where it runs. */
interface Copy {
  bundle: number;
  site: string | undefined;
}

/**
 * What must not join in one wave. Of services that stand in for each other no more than the estate allows move at once
 * (half, if it does not say), and none of two sites: a wave that goes wrong then leaves a site, or half of the copies, as it
 * was.
 */
export function apartSets(view: EstateView, groups: readonly Group[], bundleOf: Int32Array): ApartSet[] {
  return view.estate.policy.waves.apart.flatMap(({ services, most }) => {
    const copies = copiesOf(view, groups, bundleOf, new Set(services));
    if (copies.length < 2) return [];
    const members = Int32Array.from(copies, ({ bundle }) => bundle);
    const label = `${services.join(', ')} stand in for each other`;
    return [{ members, most: most ?? Math.max(1, Math.floor(copies.length / 2)), label }, ...sitePairs(label, copies)];
  });
}

function copiesOf(view: EstateView, groups: readonly Group[], bundleOf: Int32Array, named: ReadonlySet<string>): Copy[] {
  const found = new Map<number, Copy>();
  for (const [at, { services }] of groups.entries())
    for (const { name, workload } of services) {
      const site = isUnitRef(workload) ? view.estateHost(workload.host)?.site : workload.cluster;
      const bundle = bundleOf[at] ?? 0;
      if (named.has(name)) found.set(bundle, { bundle, site });
    }
  return [...found.values()].sort((a, b) => a.bundle - b.bundle);
}

/** Each two copies that are at two sites. */
function sitePairs(label: string, copies: readonly Copy[]): ApartSet[] {
  return copies.flatMap((one, at) =>
    copies.slice(at + 1).flatMap((other): ApartSet[] => {
      if (one.site === undefined || other.site === undefined || one.site === other.site) return [];
      const members = Int32Array.of(one.bundle, other.bundle);
      return [{ members, most: 1, label: `${label}, at ${one.site} and at ${other.site}` }];
    }),
  );
}
