import { meshError } from '../../errors/index.ts';
import { components } from '../../graph/components.ts';
import { finding } from '../finding.ts';
import type { Group } from '../groups.ts';
import type { PlanFinding } from '../plan.ts';
import type { EstateView } from '../view.ts';
import { type GroupCall, sizeOfGroup } from './bundles.ts';

/**
 * Sets of `policy.waves.together` that no wave may hold: by themselves, or with the circle of calls that one of them is in,
 * which moves together too (hard rule 5 of the design). No order keeps both words, whatever else is in it.
 */
export function togetherConflicts(view: EstateView, groups: readonly Group[], calls: readonly GroupCall[]): PlanFinding[] {
  const { together, maxWorkloads } = view.estate.policy.waves;
  const limit = `policy.waves.maxWorkloads: ${maxWorkloads}`;
  const sizeOf = (members: readonly number[]): number => members.reduce((sum, at) => sum + sizeOfGroup(view, groups[at] as Group), 0);
  const named = (members: readonly number[]): string => members.flatMap((at) => groups[at]?.services ?? []).map(({ name }) => name).join(', ');
  return setsOf(groups, together).flatMap((members) => {
    const set = `policy.waves.together: ${named(members)} are ${sizeOf(members)} workload(s)`;
    if (sizeOf(members) > maxWorkloads) return refuse(groups, members, [set, limit]);
    const whole = widened(groups.length, calls, members);
    if (sizeOf(whole) <= maxWorkloads) return [];
    const circle = `with those that call them in a circle, ${named(whole)}, they are ${sizeOf(whole)}`;
    return isCircleTooLarge(groups.length, calls, members, (own) => sizeOf(own) > maxWorkloads) ? [] : refuse(groups, members, [set, circle, limit]);
  });
}

function refuse(groups: readonly Group[], [first = 0]: readonly number[], parts: readonly string[]): PlanFinding[] {
  return [finding('MW1340', 'error', groups[first]?.services[0]?.name ?? '', meshError('MW1340', { conflict: parts.join('; ') }))];
}

/** The groups of each set; sets that share one are one. */
function setsOf(groups: readonly Group[], together: readonly (readonly string[])[]): number[][] {
  const ofService = new Map(groups.flatMap(({ services }, at) => services.map(({ name }) => [name, at] as const)));
  const found = together.map((names) => [...new Set(names.flatMap((name) => ofService.get(name) ?? []))]).filter(({ length }) => length > 1);
  return circlesOf(groups.length, found.flatMap(ring));
}

/** Calls around a set: what binds it is a circle as any other. */
const ring = (members: readonly number[]): Pick<GroupCall, 'from' | 'to'>[] =>
  members.map((from, at) => ({ from, to: members[(at + 1) % members.length] ?? from }));

/** A set with all that it is in a circle with. */
function widened(count: number, calls: readonly GroupCall[], members: readonly number[]): number[] {
  const [first = 0] = members;
  return circlesOf(count, [...calls, ...ring(members)]).find((circle) => circle.includes(first)) ?? [...members];
}

/** A circle that is larger than a wave without the set is cut anyhow. */
const isCircleTooLarge = (
  count: number,
  calls: readonly GroupCall[],
  members: readonly number[],
  isTooLarge: (circle: readonly number[]) => boolean,
): boolean => circlesOf(count, calls).some((circle) => isTooLarge(circle) && circle.some((at) => members.includes(at)));

/** Numbers that reach each other, two or more. */
function circlesOf(count: number, calls: readonly Pick<GroupCall, 'from' | 'to'>[]): number[][] {
  const successors = Array.from({ length: count }, (): number[] => []);
  for (const { from, to } of calls) if (from !== to) successors[from]?.push(to);
  return components(count, successors).filter(({ length }) => length > 1).map((circle) => circle.toSorted((a, b) => a - b));
}
