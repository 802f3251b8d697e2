import { NO_LATEST, type WaveLimits, type WaveProblem } from '../../graph/waves/problem.ts';
import type { EstateService } from '../../estate/schema.ts';
import type { WavePolicy } from '../../estate/wave-policy.ts';
import type { Group } from '../groups.ts';
import type { EstateView } from '../view.ts';
import { apartSets } from './apart.ts';
import { type GroupCalls, sizeOfGroup } from './bundles.ts';
import type { Precedence } from './precedence.ts';

/** Groups that are to join, and all that decides in which wave. */
export interface Joining {
  groups: readonly Group[];
  /** Which of them join in one wave, by number; each is one node of the problem. */
  bundles: readonly (readonly number[])[];
  calls: GroupCalls;
  precedences: readonly Precedence[];
}

/** Joining groups as a problem of numbers. */
export function problemOf(view: EstateView, { groups, bundles, calls, precedences }: Joining): WaveProblem {
  const { waves } = view.estate.policy;
  const bundleOf = new Int32Array(groups.length);
  for (const [bundle, members] of bundles.entries()) for (const member of members) bundleOf[member] = bundle;
  const services = bundles.map((members) => members.flatMap((member) => groups[member]?.services ?? []));
  const owners = [...new Set(services.flat().flatMap(({ owner }) => owner ?? []))].sort();
  const sum = (of: (group: Group) => number): Int32Array =>
    Int32Array.from(bundles, (members) => members.reduce((all, member) => all + of(groups[member] as Group), 0));
  const critical = sum(({ services: own }) => own.filter(({ tier }) => tier === 0).length);
  const before = betweenBundles(precedences, bundleOf);
  const pins = pinsOf(view, services);
  return {
    count: bundles.length,
    size: sum((group) => sizeOfGroup(view, group)),
    critical,
    owner: Int32Array.from(services, (own) => ownerOf(own, owners)),
    ...ratesOf(calls, bundleOf, bundles.length),
    before,
    apart: apartSets(view, groups, bundleOf),
    ...pins,
    limits: { ...limitsOf(waves, calls.total), first: firstOf(waves, { critical, before, earliest: pins.earliest }) },
    weights: { hoursPerWave: waves.hours, lambda: waves.lambda, callerFirst: waves.callerFirst },
  };
}

/** Each pair of bundles once: what is in one bundle joins in one wave whatever comes first there. */
function betweenBundles(all: readonly Precedence[], bundleOf: Int32Array): Precedence[] {
  const moved = all.map(({ first, second, label }) => ({ first: bundleOf[first] ?? 0, second: bundleOf[second] ?? 0, label }));
  const apart = moved.filter(({ first, second }) => first !== second);
  return [...new Map(apart.toReversed().map((one) => [`${one.first} ${one.second}`, one])).values()].toReversed();
}

/** The one owner that services of a bundle name; -1 where several or none are named. */
function ownerOf(services: readonly EstateService[], owners: readonly string[]): number {
  const own = new Set(services.flatMap(({ owner }) => owner ?? []));
  const [only] = own;
  return own.size === 1 && only !== undefined ? owners.indexOf(only) : -1;
}

type Rates = Pick<WaveProblem, 'from' | 'to' | 'rate' | 'traffic' | 'outside' | 'inside'>;

/** Half of each call is its caller's traffic and half its callee's: the estate's calls add up to its traffic. */
function ratesOf({ between, outside, inside, within }: GroupCalls, bundleOf: Int32Array, count: number): Rates {
  const rates = { traffic: new Float64Array(count), outside: inBundles(outside, bundleOf, count), inside: inBundles(inside, bundleOf, count) };
  const sums = new Map<number, number>();
  for (const call of between) {
    const [from, to] = [bundleOf[call.from] ?? 0, bundleOf[call.to] ?? 0];
    for (const end of [from, to]) rates.traffic[end] = (rates.traffic[end] ?? 0) + call.perSecond / 2;
    if (from !== to) sums.set(from * count + to, (sums.get(from * count + to) ?? 0) + call.perSecond);
  }
  for (const others of [rates.outside, rates.inside])
    for (const [at, perSecond] of others.entries()) rates.traffic[at] = (rates.traffic[at] ?? 0) + perSecond / 2;
  for (const [at, perSecond] of inBundles(within, bundleOf, count).entries()) rates.traffic[at] = (rates.traffic[at] ?? 0) + perSecond;
  const pairs = [...sums].sort(([a], [b]) => a - b);
  return {
    ...rates,
    from: Int32Array.from(pairs, ([key]) => Math.floor(key / count)),
    to: Int32Array.from(pairs, ([key]) => key % count),
    rate: Float64Array.from(pairs, ([, rate]) => rate),
  };
}

function inBundles(of: Float64Array, bundleOf: Int32Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  for (const [group, value] of of.entries()) sums[bundleOf[group] ?? 0] = (sums[bundleOf[group] ?? 0] ?? 0) + value;
  return sums;
}

function pinsOf(view: EstateView, services: readonly EstateService[][]): Pick<WaveProblem, 'earliest' | 'latest'> {
  const ofService = Map.groupBy(view.estate.policy.waves.pins, ({ service }) => service);
  const pins = services.map((own) => own.flatMap(({ name }) => ofService.get(name) ?? []));
  return {
    earliest: Int32Array.from(pins, (own) => Math.max(1, ...own.map(({ from = 1 }) => from))),
    latest: Int32Array.from(pins, (own) => Math.min(NO_LATEST, ...own.map(({ until = NO_LATEST }) => until))),
  };
}

function limitsOf(waves: WavePolicy, total: number): Omit<WaveLimits, 'first'> {
  return {
    maxSize: waves.maxWorkloads,
    maxTraffic: total === 0 ? Infinity : waves.maxShare * total,
    maxCritical: waves.maxTier0,
    maxPerOwner: waves.maxPerOwner ?? Infinity,
    maxWaves: waves.maxWaves ?? Infinity,
  };
}

/** The first wave holds nothing of tier 0, unless whatever else could go first has to wait for it. */
function firstOf(
  { firstWorkloads, maxWorkloads }: WavePolicy,
  { critical, before, earliest }: Pick<WaveProblem, 'critical' | 'before' | 'earliest'>,
): WaveLimits['first'] {
  const waiting = new Set(before.map(({ second }) => second));
  const canBeFirst = critical.some((each, node) => each === 0 && !waiting.has(node) && earliest[node] === 1);
  return { maxSize: Math.min(firstWorkloads, maxWorkloads), maxCritical: canBeFirst ? 0 : Infinity };
}
