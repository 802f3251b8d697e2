import { SLACK, type ConstraintKind, type Violation } from './constraints.ts';
import { NO_LATEST, type WaveProblem } from './problem.ts';

/**
 * Every hard constraint that an order of waves breaks. It reads `WaveProblem` literally and shares no code with the
 * solver, so that it can check it. The first wave is the first that anything joins in.
 *
 * @param wave of each group, from 1
 */
export function violations(problem: WaveProblem, wave: Int32Array): Violation[] {
  if (wave.length !== problem.count) throw new RangeError(`${wave.length} waves for ${problem.count} groups`);
  const members = membersByWave(wave);
  return [
    ...[...members].flatMap(([at, groups]) => inWave(problem, at, groups)),
    ...inFirst(problem, members),
    ...tooMany(problem, members),
    ...pinned(problem, wave),
    ...inOrder(problem, wave),
    ...problem.apart.flatMap((set) => together(set, wave)),
  ];
}

/** Groups by their wave, first wave first. */
function membersByWave(wave: Int32Array): Map<number, number[]> {
  const groups = [...wave.keys()].sort((a, b) => wave[a]! - wave[b]! || a - b);
  return Map.groupBy(groups, (group) => wave[group]!);
}

const sumOver = (groups: readonly number[], of: Int32Array | Float64Array): number =>
  groups.reduce((sum, group) => sum + of[group]!, 0);

/** A number that is over its limit. */
function over(kind: ConstraintKind, wave: number, groups: number[], found: number, allowed: number): Violation[] {
  return found > allowed * (1 + SLACK) ? [{ kind, label: '', wave, groups, found, allowed }] : [];
}

function inWave(problem: WaveProblem, wave: number, groups: number[]): Violation[] {
  if (groups.length < 2) return [];
  const { size, traffic, critical, owner, limits } = problem;
  const byOwner = Map.groupBy(
    groups.filter((group) => owner[group]! >= 0),
    (group) => owner[group]!,
  );
  return [
    ...over('maxSize', wave, groups, sumOver(groups, size), limits.maxSize),
    ...over('maxTraffic', wave, groups, sumOver(groups, traffic), limits.maxTraffic),
    ...over('maxCritical', wave, groups, sumOver(groups, critical), limits.maxCritical),
    ...[...byOwner.values()].flatMap((own) => over('maxPerOwner', wave, own, own.length, limits.maxPerOwner)),
  ];
}

function inFirst({ size, critical, limits: { first } }: WaveProblem, members: Map<number, number[]>): Violation[] {
  const [entry] = members;
  if (!entry) return [];
  const [wave, groups] = entry;
  return [
    ...(groups.length > 1 ? over('firstMaxSize', wave, groups, sumOver(groups, size), first.maxSize) : []),
    ...over('firstMaxCritical', wave, groups, sumOver(groups, critical), first.maxCritical),
  ];
}

/** Waves are counted up to the last one that anything joins in, empty ones too, as their cost is. */
function tooMany({ limits }: WaveProblem, members: Map<number, number[]>): Violation[] {
  const [wave, groups] = [...members].at(-1) ?? [0, []];
  return over('maxWaves', wave, groups, wave, limits.maxWaves);
}

function pinned({ earliest, latest }: WaveProblem, wave: Int32Array): Violation[] {
  return [...wave].flatMap((at, group): Violation[] => {
    const [from, until] = [Math.max(1, earliest[group]!), latest[group] ?? NO_LATEST];
    const broken = { label: '', wave: at, groups: [group], found: at };
    return [
      ...(at < from ? [{ ...broken, kind: 'earliest' as const, allowed: from }] : []),
      ...(at > until ? [{ ...broken, kind: 'latest' as const, allowed: until }] : []),
    ];
  });
}

function inOrder({ before }: WaveProblem, wave: Int32Array): Violation[] {
  return before
    .filter(({ first, second }) => wave[second]! < wave[first]!)
    .map(({ first, second, label }) => ({
      kind: 'before',
      label,
      wave: wave[second]!,
      groups: [first, second],
      found: wave[second]!,
      allowed: wave[first]!,
    }));
}

function together({ members, most, label }: WaveProblem['apart'][number], wave: Int32Array): Violation[] {
  const byWave = Map.groupBy(members, (group) => wave[group]!);
  return [...byWave]
    .filter(([, groups]) => groups.length > most)
    .map(([at, groups]) => ({
      kind: 'apart',
      label,
      wave: at,
      groups: [...new Set(groups)].sort((a, b) => a - b),
      found: groups.length,
      allowed: most,
    }));
}
