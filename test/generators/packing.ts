import { lastWave } from '../../src/graph/waves/objective.ts';
import type { WaveProblem } from '../../src/graph/waves/problem.ts';

/** What a wave holds so far. */
interface Held {
  groups: number;
  size: number;
  traffic: number;
  critical: number;
  owners: Map<number, number>;
  /** Members of each `apart` set. */
  apart: Map<number, number>;
}

/**
 * First fit: each group in turn into the first wave that has room and comes after what it must follow. It is the plain
 * way to turn an order into waves, and knows nothing of cost. A group that must follow another is taken after it,
 * whatever the order says; those with a last wave are taken first, or there would be no room left.
 *
 * @returns nothing where a group finds no wave that it may join in
 */
export function firstFit(problem: WaveProblem, order: Iterable<number>): Int32Array | undefined {
  const waves: Held[] = [];
  const wave = new Int32Array(problem.count);
  const sets = setsOf(problem);
  const follows = followsOf(problem);
  for (const group of respecting(problem, follows, order)) {
    const firsts = follows.get(group) ?? [];
    const start = Math.max(1, problem.earliest[group]!, ...firsts.map((first) => wave[first]!));
    const at = firstRoom(problem, waves, sets[group]!, group, start);
    if (at > Math.min(problem.latest[group]!, problem.limits.maxWaves)) return undefined;
    while (waves.length < at)
      waves.push({ groups: 0, size: 0, traffic: 0, critical: 0, owners: new Map(), apart: new Map() });
    put(problem, waves[at - 1]!, sets[group]!, group);
    wave[group] = at;
  }
  return lastWave(wave) <= problem.limits.maxWaves ? wave : undefined;
}

/** What each group may not join before. */
function followsOf({ before }: WaveProblem): Map<number, number[]> {
  const follows = new Map<number, number[]>();
  for (const { first, second } of before) follows.set(second, [...(follows.get(second) ?? []), first]);
  return follows;
}

/** The order, but with what a group must follow before it, and those with the earliest last waves at the front. */
function respecting({ latest }: WaveProblem, follows: Map<number, number[]>, order: Iterable<number>): number[] {
  const taken = new Set<number>();
  const sorted: number[] = [];
  const take = (group: number): void => {
    if (taken.has(group)) return;
    taken.add(group);
    for (const first of follows.get(group) ?? []) take(first);
    sorted.push(group);
  };
  for (const group of [...order].sort((a, b) => latest[a]! - latest[b]!)) take(group);
  return sorted;
}

function setsOf({ count, apart }: WaveProblem): number[][] {
  const sets = Array.from({ length: count }, (): number[] => []);
  for (const [index, { members }] of apart.entries()) for (const member of members) sets[member]!.push(index);
  return sets;
}

function firstRoom(problem: WaveProblem, waves: Held[], sets: number[], group: number, start: number): number {
  let at = start;
  while (!hasRoom(problem, waves[at - 1], sets, group, at === 1)) at += 1;
  return at;
}

function hasRoom(
  problem: WaveProblem,
  held: Held | undefined,
  sets: number[],
  group: number,
  isFirst: boolean,
): boolean {
  const { limits, size, traffic, critical, owner, apart } = problem;
  if (isFirst && (held?.critical ?? 0) + critical[group]! > limits.first.maxCritical) return false;
  if (held === undefined || held.groups === 0) return true;
  const ofOwner = owner[group] === -1 ? 0 : (held.owners.get(owner[group]!) ?? 0) + 1;
  return (
    held.size + size[group]! <= Math.min(limits.maxSize, isFirst ? limits.first.maxSize : Infinity) &&
    held.traffic + traffic[group]! <= limits.maxTraffic &&
    held.critical + critical[group]! <= limits.maxCritical &&
    ofOwner <= limits.maxPerOwner &&
    sets.every((set) => (held.apart.get(set) ?? 0) < apart[set]!.most)
  );
}

function put({ size, traffic, critical, owner }: WaveProblem, held: Held, sets: number[], group: number): void {
  held.groups += 1;
  held.size += size[group]!;
  held.traffic += traffic[group]!;
  held.critical += critical[group]!;
  held.owners.set(owner[group]!, (held.owners.get(owner[group]!) ?? 0) + 1);
  for (const set of sets) held.apart.set(set, (held.apart.get(set) ?? 0) + 1);
}
