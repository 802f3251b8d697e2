import type { ConflictPart, ConstraintKind, Violation } from './constraints.ts';
import { NO_LATEST, type WaveProblem } from './problem.ts';

/** A constraint that can be left out, and what a conflict says of it. */
export interface Part {
  says: ConflictPart;
  /** Which of the sets of `before` or `apart` it is. */
  at: number;
}

type LimitKind = Exclude<ConstraintKind, 'before' | 'apart' | 'earliest' | 'latest'>;

/** All hard constraints of a problem. Limits come first: they are left out first, so that a conflict names pins and sets rather than these. */
export function partsOf(problem: WaveProblem): Part[] {
  const part = (kind: ConstraintKind, groups: number[], value: number, label = '', at = 0): Part => ({
    says: { kind, label, groups, value },
    at,
  });
  const limits = Object.entries(limitsOf(problem)) as [LimitKind, number][];
  return [
    ...limits.filter(([, value]) => value < Infinity).map(([kind, value]) => part(kind, [], value)),
    ...problem.apart.map(({ members, most, label }, at) => part('apart', [...new Set(members)], most, label, at)),
    ...problem.before.map(({ first, second, label }, at) => part('before', [first, second], 0, label, at)),
    ...[...problem.earliest].flatMap((wave, group) => (wave > 1 ? [part('earliest', [group], wave)] : [])),
    ...[...problem.latest].flatMap((wave, group) => (wave < NO_LATEST ? [part('latest', [group], wave)] : [])),
  ];
}

function limitsOf({ limits }: WaveProblem): Record<LimitKind, number> {
  const { first, ...rest } = limits;
  return { ...rest, firstMaxSize: first.maxSize, firstMaxCritical: first.maxCritical };
}

/** The problem with these of its constraints only. */
export function relaxedTo(problem: WaveProblem, parts: readonly Part[]): WaveProblem {
  const has = (kind: ConstraintKind): Part[] => parts.filter(({ says }) => says.kind === kind);
  const limit = (kind: LimitKind): number => has(kind)[0]?.says.value ?? Infinity;
  const [earliest, latest] = [new Int32Array(problem.count).fill(1), new Int32Array(problem.count).fill(NO_LATEST)];
  for (const { says } of has('earliest')) earliest[says.groups[0]!] = says.value;
  for (const { says } of has('latest')) latest[says.groups[0]!] = says.value;
  return {
    ...problem,
    before: has('before').map(({ at }) => problem.before[at]!),
    apart: has('apart').map(({ at }) => problem.apart[at]!),
    earliest,
    latest,
    limits: {
      maxSize: limit('maxSize'),
      maxTraffic: limit('maxTraffic'),
      maxCritical: limit('maxCritical'),
      maxPerOwner: limit('maxPerOwner'),
      maxWaves: limit('maxWaves'),
      first: { maxSize: limit('firstMaxSize'), maxCritical: limit('firstMaxCritical') },
    },
  };
}

/** The problem with these groups only, numbered as listed, and no calls. */
export function restrictedTo(problem: WaveProblem, groups: readonly number[]): WaveProblem {
  const number = new Map(groups.map((group, at) => [group, at]));
  const whole = (values: Int32Array): Int32Array => Int32Array.from(groups, (group) => values[group]!);
  const rates = (values: Float64Array): Float64Array => Float64Array.from(groups, (group) => values[group]!);
  const [none, noRates] = [new Int32Array(0), new Float64Array(0)];
  return {
    ...{ count: groups.length, size: whole(problem.size), traffic: rates(problem.traffic) },
    ...{ critical: whole(problem.critical), owner: whole(problem.owner) },
    ...{ from: none, to: none, rate: noRates, outside: rates(problem.outside), inside: rates(problem.inside) },
    before: problem.before
      .filter(({ first, second }) => number.has(first) && number.has(second))
      .map(({ first, second, label }) => ({ first: number.get(first)!, second: number.get(second)!, label })),
    apart: problem.apart
      .map((set) => ({
        ...set,
        members: set.members.map((member) => number.get(member) ?? -1).filter((at) => at >= 0),
      }))
      .filter(({ members }) => members.length > 0),
    ...{ earliest: whole(problem.earliest), latest: whole(problem.latest) },
    ...{ limits: problem.limits, weights: problem.weights },
  };
}

/** What an order breaks, as parts of a conflict, each once. */
export function brokenParts(problem: WaveProblem, broken: readonly Violation[]): ConflictPart[] {
  const parts = partsOf(problem);
  const isBroken = ({ says }: Part): boolean =>
    broken.some(
      ({ kind, label, groups }) =>
        kind === says.kind &&
        label === says.label &&
        (says.groups.length === 0 || groups.every((group) => says.groups.includes(group))),
    );
  return parts.filter(isBroken).map(({ says }) => says);
}
