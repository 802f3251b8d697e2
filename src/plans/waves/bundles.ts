import { components } from '../../graph/components.ts';
import type { Group } from '../groups.ts';
import { callRates } from '../rates.ts';
import { type EstateView, placeOf } from '../view.ts';

/** Groups that join in one wave: those that call each other in a circle, and those of which the estate says it. */
export interface Bundle {
  /** By name, in the order of the estate. */
  groups: Group[];
  /** Workloads of it that are not in the mesh yet. */
  workloads: number;
  /** Why they are together; absent for a group by itself. */
  why?: string;
}

/** A call between two groups, by number, in requests per second. */
export interface GroupCall {
  from: number;
  to: number;
  perSecond: number;
}

/** The calls between groups, each pair once, and what each group exchanges with whom the plan does not move. */
export interface GroupCalls {
  between: GroupCall[];
  /** Requests per second with callers that are in no group. */
  strangers: Float64Array;
}

/** All calls of the estate as calls between its groups. What a host's own processes call counts as the host's group's. */
export function groupCalls(view: EstateView, groups: readonly Group[]): GroupCalls {
  const { ofService, ofHost } = numbers(groups);
  const serviceOf = new Map(view.inventory.workloads.map(({ id, service }) => [id, service]));
  const strangers = new Float64Array(groups.length);
  const sums = new Map<number, GroupCall>();
  for (const { from, to, perSecond } of callRates(view)) {
    const callee = ofService.get(to);
    if (callee === undefined) continue;
    const caller = ofService.get(serviceOf.get(from) ?? '') ?? ofHost.get(placeOf(from)?.host ?? '');
    if (caller === undefined) strangers[callee] = (strangers[callee] ?? 0) + perSecond;
    else if (caller !== callee) addCall(sums, { from: caller, to: callee, perSecond }, groups.length);
  }
  return { between: [...sums.values()].sort((a, b) => a.from - b.from || a.to - b.to), strangers };
}

function numbers(groups: readonly Group[]): { ofService: Map<string, number>; ofHost: Map<string, number> } {
  const ofService = new Map(groups.flatMap(({ services }, at) => services.map(({ name }) => [name, at] as const)));
  const ofHost = new Map(groups.flatMap(({ host }, at) => (host === undefined ? [] : [[host, at] as const])));
  return { ofService, ofHost };
}

function addCall(sums: Map<number, GroupCall>, call: GroupCall, count: number): void {
  const key = call.from * count + call.to;
  const known = sums.get(key);
  if (known) known.perSecond += call.perSecond;
  else sums.set(key, call);
}

/**
 * What joins in one wave. Circles of calls move together (hard rule 5 of the design) as long as a wave can hold them; a
 * larger circle is cut, and the solver orders its parts by what each cut costs.
 */
export function bundlesOf(view: EstateView, groups: readonly Group[], calls: readonly GroupCall[]): number[][] {
  const { together, maxWorkloads } = view.estate.policy.waves;
  const { ofService } = numbers(groups);
  const root = groups.map((_, at) => at);
  const find = (at: number): number => {
    let top = at;
    while (root[top] !== top) top = root[top] ?? top;
    return top;
  };
  const join = (members: readonly number[]): void => {
    const [first = 0, ...rest] = members.map(find).sort((a, b) => a - b);
    for (const each of rest) root[each] = first;
  };
  for (const names of together) join(names.flatMap((name) => ofService.get(name) ?? []));
  const successors = groups.map((): number[] => []);
  for (const { from, to } of calls) if (find(from) !== find(to)) successors[find(from)]?.push(find(to));
  const sizeOf = (at: number): number => groups.reduce((sum, group, each) => (find(each) === at ? sum + sizeOfGroup(view, group) : sum), 0);
  for (const circle of components(groups.length, successors))
    if (circle.length > 1 && circle.reduce((sum, at) => sum + sizeOf(at), 0) <= maxWorkloads) join(circle);
  return [...Map.groupBy(groups.keys(), find).values()];
}

/** Workloads of a group that are not in the mesh yet. */
export function sizeOfGroup(view: EstateView, { services }: Group): number {
  return services.flatMap(({ name }) => view.workloads(name)).filter(({ position }) => position.mesh === 'off').length;
}
