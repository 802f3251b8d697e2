import type { MigrationPlan, Stage } from '../../src/plans/plan.ts';
import type { Sketch, SketchedEstate } from './sketch.ts';

/** What moves as one: the services of a host, one service in Kubernetes, and circles of calls between those. */
function units({ services, calls, waves: policy }: SketchedEstate): Map<string, Set<string>> {
  const place = ({ platform, host, name, path }: Sketch): string =>
    platform === 'vm' && path !== 'platform-first' && path !== 'direct' ? `host ${host}` : name;
  const placeOf = new Map(services.map((one) => [one.name, place(one)]));
  const [set = []] = (policy['together'] ?? []) as string[][];
  const joined = new Set(set.map((name) => placeOf.get(name)));
  for (const [name, at] of placeOf) if (joined.has(at)) placeOf.set(name, 'together');
  const reach = new Map([...new Set(placeOf.values())].map((one) => [one, new Set([one])]));
  for (let round = 0; round < reach.size; round += 1)
    for (const { from, to } of calls) {
      const [caller, callee] = [placeOf.get(from), placeOf.get(to)];
      if (caller === undefined || callee === undefined) continue;
      for (const far of reach.get(callee) ?? []) for (const set of reach.values()) if (set.has(caller)) set.add(far);
    }
  const together = (one: string): string =>
    [...reach.keys()]
      .filter((other) => reach.get(one)?.has(other) === true && reach.get(other)?.has(one) === true)
      .sort()
      .join();
  const byUnit = Map.groupBy(services, ({ name }) => together(placeOf.get(name) ?? ''));
  return new Map([...byUnit].map(([unit, own]) => [unit, new Set(own.map(({ name }) => name))]));
}

/** Which limits of the policy a wave of joins breaks; a unit of its own may be larger than any. */
export function waveProblems(sketch: SketchedEstate, plan: MigrationPlan): string[] {
  const unitOf = new Map(
    [...units(sketch)].flatMap(([unit, names]) => [...names].map((name) => [name, unit] as const)),
  );
  const waves = Map.groupBy(
    plan.stages.filter(({ move }) => move === 'join'),
    ({ wave }) => wave,
  );
  return [
    ...[...waves].flatMap(([wave, stages]) => [
      ...problemsOf(sketch, unitOf, wave, stages),
      ...apartProblems(sketch, unitOf, wave, namesOf(stages)),
    ]),
    ...wholeProblems(sketch, new Map([...waves].map(([wave, stages]) => [wave, namesOf(stages)]))),
  ];
}

const nameOf = (id: string): string =>
  id
    .split('/')
    .at(-1)
    ?.replace(/\.service$/, '') ?? id;
const namesOf = (stages: readonly Stage[]): Set<string> =>
  new Set(stages.flatMap(({ subjects }) => subjects.map(nameOf)));

/** How many waves there are, and in which of them what is pinned joins. */
function wholeProblems({ waves: policy }: SketchedEstate, waves: ReadonlyMap<number, ReadonlySet<string>>): string[] {
  const { maxWaves = Infinity, pins = [] } = policy as {
    maxWaves?: number;
    pins?: { service: string; from?: number; until?: number }[];
  };
  const broken = pins.flatMap(({ service, from = 1, until = Infinity }) =>
    [...waves].filter(([wave, names]) => names.has(service) && (wave < from || wave > until)),
  );
  return [
    ...(waves.size > maxWaves ? [`there are ${waves.size} waves, and ${maxWaves} are allowed`] : []),
    ...broken.map(([wave]) => `wave ${wave} holds what is pinned to another`),
  ];
}

/** Units that stand in for each other: no more than the policy says in one wave, and by default half. */
function apartProblems(
  { waves: policy }: SketchedEstate,
  unitOf: ReadonlyMap<string, string>,
  wave: number,
  names: ReadonlySet<string>,
): string[] {
  const { apart = [] } = policy as { apart?: { services: string[]; most?: number }[] };
  return apart.flatMap(({ services, most }) => {
    const all = new Set(services.map((name) => unitOf.get(name)));
    const here = new Set(services.filter((name) => names.has(name)).map((name) => unitOf.get(name)));
    const limit = most ?? Math.max(1, Math.floor(all.size / 2));
    return here.size > limit ? [`wave ${wave} holds ${here.size} that stand in for each other, and ${limit} may`] : [];
  });
}

function problemsOf(
  sketch: SketchedEstate,
  unitOf: ReadonlyMap<string, string>,
  wave: number,
  stages: readonly Stage[],
): string[] {
  const { maxWorkloads, maxTier0, firstWorkloads } = sketch.waves as {
    maxWorkloads: number;
    maxTier0: number;
    firstWorkloads: number;
  };
  const ids = [...new Set(stages.flatMap(({ subjects }) => subjects))];
  const names = new Set(ids.map(nameOf));
  if (new Set([...names].map((name) => unitOf.get(name))).size < 2) return [];
  const most = wave === 1 ? Math.min(maxWorkloads, firstWorkloads) : maxWorkloads;
  const critical = sketch.services.filter(({ name, tier }) => tier === 0 && names.has(name)).length;
  return [
    ...(ids.length > most ? [`wave ${wave} has ${ids.length} workloads, and ${most} are allowed`] : []),
    ...(critical > maxTier0 ? [`wave ${wave} has ${critical} services of tier 0, and ${maxTier0} are allowed`] : []),
  ];
}
