import { isUnitRef } from '../../estate/schema.ts';
import { components } from '../../graph/components.ts';
import type { Group } from '../groups.ts';
import { choosePath, unitJoins } from '../paths.ts';
import { callRates } from '../rates.ts';
import { type EstateView, placeOf } from '../view.ts';

/** A call between two groups, by number, in requests per second. */
export interface GroupCall {
  from: number;
  to: number;
  perSecond: number;
  /** Whether it goes to the callee's own workloads; else to twins alone. */
  reachesUnit: boolean;
}

/** The calls of groups that are to join, in requests per second. */
export interface GroupCalls {
  /** Between them, each pair once. */
  between: GroupCall[];
  /** Of each group, with who never joins. */
  outside: Float64Array;
  /** Of each group, with who is in the mesh already. */
  inside: Float64Array;
  /** Of each group, among its own workloads: these calls are never half in the mesh, and its wave is all theirs. */
  within: Float64Array;
  /** All that is known, each call once. */
  total: number;
}

/** All calls of the estate as calls between its groups. What a host's own processes call counts as the host's group's. */
export function groupCalls(view: EstateView, groups: readonly Group[]): GroupCalls {
  const { ofService, ofHost } = numbers(groups);
  const found: GroupCalls = {
    between: [],
    outside: new Float64Array(groups.length),
    inside: new Float64Array(groups.length),
    within: new Float64Array(groups.length),
    total: 0,
  };
  const sums = new Map<number, GroupCall>();
  for (const { from, to, perSecond, reachesUnit } of callRates(view)) {
    const callee = ofService.get(to);
    const caller = ofService.get(view.workload(from)?.service ?? '') ?? ofHost.get(placeOf(from)?.host ?? '');
    found.total += perSecond;
    if (caller !== undefined && caller === callee) add(found.within, callee, perSecond);
    else if (caller !== undefined && callee !== undefined) addCall(sums, { from: caller, to: callee, perSecond, reachesUnit }, groups.length);
    else if (callee !== undefined) add(isOn(view, from) ? found.inside : found.outside, callee, perSecond);
    else if (caller !== undefined) add(view.workloads(to).every(({ id }) => isOn(view, id)) ? found.inside : found.outside, caller, perSecond);
  }
  found.between.push(...[...sums.values()].sort((a, b) => a.from - b.from || a.to - b.to));
  return found;
}

const isOn = (view: EstateView, id: string): boolean => view.workload(id)?.position.mesh === 'on';

function add(to: Float64Array, at: number, by: number): void {
  to[at] = (to[at] ?? 0) + by;
}

function numbers(groups: readonly Group[]): { ofService: Map<string, number>; ofHost: Map<string, number> } {
  const ofService = new Map(groups.flatMap(({ services }, at) => services.map(({ name }) => [name, at] as const)));
  const ofHost = new Map(groups.flatMap(({ host }, at) => (host === undefined ? [] : [[host, at] as const])));
  return { ofService, ofHost };
}

function addCall(sums: Map<number, GroupCall>, call: GroupCall, count: number): void {
  const key = call.from * count + call.to;
  const known = sums.get(key);
  if (known) Object.assign(known, { perSecond: known.perSecond + call.perSecond, reachesUnit: known.reachesUnit || call.reachesUnit });
  else sums.set(key, call);
}

/**
 * What joins in one wave. Circles of calls move together (hard rule 5 of the design) as long as a wave can hold them; a
 * larger circle is cut, and the solver orders its parts by what each cut costs.
 *
 * @returns groups by number, each in one bundle
 */
export function bundlesOf(view: EstateView, groups: readonly Group[], calls: readonly GroupCall[]): number[][] {
  const { together, maxWorkloads } = view.estate.policy.waves;
  const { ofService } = numbers(groups);
  const sets = new DisjointSets(groups.length);
  for (const names of together) sets.join(names.flatMap((name) => ofService.get(name) ?? []));
  const successors = groups.map((): number[] => []);
  for (const call of calls) {
    const [from, to] = [sets.find(call.from), sets.find(call.to)];
    if (from !== to) successors[from]?.push(to);
  }
  const sizes = new Float64Array(groups.length);
  for (const [at, group] of groups.entries()) add(sizes, sets.find(at), sizeOfGroup(view, group));
  for (const circle of components(groups.length, successors))
    if (circle.reduce((sum, at) => sum + (sizes[at] ?? 0), 0) <= maxWorkloads) sets.join(circle);
  return [...Map.groupBy(groups.keys(), (at) => sets.find(at)).values()];
}

/** Sets of numbers that only grow together (Tarjan, J. ACM 22(2), 1975); the least number stands for its set. */
class DisjointSets {
  readonly #parent: Int32Array;

  constructor(count: number) {
    this.#parent = Int32Array.from({ length: count }, (_, at) => at);
  }

  find(at: number): number {
    let top = at;
    while (this.#parent[top] !== top) top = this.#parent[top] = this.#parent[this.#parent[top] ?? 0] ?? 0;
    return top;
  }

  join(members: readonly number[]): void {
    const [first = 0, ...rest] = members.map((at) => this.find(at)).sort((a, b) => a - b);
    for (const each of rest) this.#parent[each] = first;
  }
}

/**
 * Workloads of a group that join: those that are not in the mesh yet, but for units that stay outside on their path. On
 * `direct` the twin joins with its shift, after all waves: such a group publishes its name before anything joins, and is in none.
 */
export function sizeOfGroup(view: EstateView, { services }: Group): number {
  const joining = services.flatMap((service) => {
    if (choosePath(service).path === 'direct') return [];
    const ofUnit = !isUnitRef(service.workload) || unitJoins(service);
    return view.workloads(service.name).filter(({ role }) => role === 'twin' || ofUnit);
  });
  return joining.filter(({ position }) => position.mesh === 'off').length;
}
