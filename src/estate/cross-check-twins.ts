import type { Problem } from './freeze-check.ts';
import { type EstateService, isUnitRef } from './schema.ts';
import { matchInWords, overlap } from './twins.ts';

type Place = (string | number)[];
type Twins = NonNullable<EstateService['twins']>;

/** What contradicts itself where several workloads take over from one unit. */
export function twinsProblems(service: EstateService, path: Place): Problem[] {
  const { twin, twins, unmatched, workload, protocol } = service;
  const at = [...path, 'twins'];
  if (twins === undefined)
    return unmatched === undefined
      ? []
      : [{ path: [...path, 'unmatched'], message: 'only of several `twins` can calls be left over' }];
  const wrong: [boolean, string][] = [
    [twin !== undefined, 'a service has either one `twin` or several `twins`'],
    [!isUnitRef(workload), 'only a unit on a host can have twins'],
    [protocol !== 'http', 'only calls of HTTP can be told apart: a service of protocol tcp has one `twin`'],
    [placesOf(twins).size > 1, 'the twins of a service must lie in one namespace of one cluster, as its route does'],
    [new Set(twins.map(({ name }) => name)).size < twins.length, 'two twins have the same name'],
    ...twins.map(({ name }): [boolean, string] => [
      !/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(`${service.name}-k8s-${name}`),
      `${service.name}-k8s-${name} cannot be the name of a Service: 63 characters at most, and no dots`,
    ]),
  ];
  return [...wrong.flatMap(([isSo, message]) => (isSo ? [{ path: at, message }] : [])), ...overlaps(twins, at)];
}

const placesOf = (twins: Twins): Set<string> =>
  new Set(twins.map(({ cluster, namespace }) => `${cluster} ${namespace}`));

/** Of a call that two twins could take, a route's order of rules would decide: nobody reads that from an estate. */
function overlaps(twins: Twins, at: Place): Problem[] {
  const all = twins.flatMap(({ name, match }, twin) =>
    match.map((one, index) => ({ name, one, place: [...at, twin, 'match', index] })),
  );
  return all.flatMap(({ name, one, place }, index) => {
    const other = all.slice(0, index).find((before) => before.name !== name && overlap(before.one, one));
    if (other === undefined) return [];
    const message = `"${matchInWords(one)}" of ${name} overlaps "${matchInWords(other.one)}" of ${other.name}: a call could go to either`;
    return [{ path: place, message }];
  });
}
