import { isUnitRef } from '../../estate/schema.ts';
import type { WaveProblem } from '../../graph/waves/problem.ts';
import type { Group } from '../groups.ts';
import type { EstateView } from '../view.ts';

type ApartSet = WaveProblem['apart'][number];

/** A service that stands in for others, what it joins with, and where it runs. */
interface Copy {
  name: string;
  bundle: number;
  site: string | undefined;
}

/**
 * What must not join in one wave. Of services that stand in for each other no more than the estate allows move at once
 * (half, if it does not say), and none of two sites: a wave that goes wrong then leaves a site, or half of the copies, as it
 * was. Copies that join as one count as many as they are: where that alone is too many, no order keeps the word.
 */
export function apartSets(view: EstateView, groups: readonly Group[], bundleOf: Int32Array): ApartSet[] {
  return view.estate.policy.waves.apart.flatMap(({ services, most }) => {
    const copies = copiesOf(view, groups, bundleOf, new Set(services));
    if (copies.length < 2) return [];
    const members = Int32Array.from(copies, ({ bundle }) => bundle);
    const label = `${services.join(', ')} stand in for each other${asOne(copies)}`;
    return [{ members, most: most ?? Math.max(1, Math.floor(copies.length / 2)), label }, ...sitePairs(label, copies)];
  });
}

function copiesOf(view: EstateView, groups: readonly Group[], bundleOf: Int32Array, named: ReadonlySet<string>): Copy[] {
  const found = groups.flatMap(({ services }, at) =>
    services.flatMap(({ name, workload }): Copy[] => {
      const site = isUnitRef(workload) ? view.estateHost(workload.host)?.site : workload.cluster;
      return named.has(name) ? [{ name, bundle: bundleOf[at] ?? 0, site }] : [];
    }),
  );
  return found.sort((a, b) => a.bundle - b.bundle || (a.name < b.name ? -1 : 1));
}

/** Says which of the copies nothing can take apart. */
function asOne(copies: readonly Copy[]): string {
  const bound = [...Map.groupBy(copies, ({ bundle }) => bundle).values()].filter(({ length }) => length > 1);
  const why = 'on one host, in a circle of calls, or by policy.waves.together';
  return bound.map((own) => `; ${own.map(({ name }) => name).join(' and ')} join as one, ${why}`).join('');
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
