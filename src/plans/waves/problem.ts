import { NO_LATEST, type WaveLimits, type WaveProblem } from '../../graph/waves/problem.ts';
import type { EstateService } from '../../estate/schema.ts';
import type { Group } from '../groups.ts';
import type { EstateView } from '../view.ts';
import { apartSets } from './apart.ts';
import { groupCalls, sizeOfGroup } from './bundles.ts';

/**
 * The estate's groups as a problem of numbers.
 *
 * @param bundles which groups join in one wave, by number; each is one node of the problem
 */
export function problemOf(view: EstateView, groups: readonly Group[], bundles: readonly (readonly number[])[]): WaveProblem {
  const { waves } = view.estate.policy;
  const bundleOf = new Int32Array(groups.length);
  for (const [bundle, members] of bundles.entries()) for (const member of members) bundleOf[member] = bundle;
  const services = bundles.map((members) => members.flatMap((member) => groups[member]?.services ?? []));
  const owners = [...new Set(services.flat().flatMap(({ owner }) => owner ?? []))].sort();
  const sum = (of: (group: Group) => number): Int32Array =>
    Int32Array.from(bundles, (members) => members.reduce((all, member) => all + of(groups[member] as Group), 0));
  const critical = sum(({ services: own }) => own.filter(({ tier }) => tier === 0).length);
  return {
    count: bundles.length,
    size: sum((group) => Math.max(1, sizeOfGroup(view, group))),
    critical,
    owner: Int32Array.from(services, (own) => ownerOf(own, owners)),
    ...ratesOf(view, groups, bundleOf, bundles.length),
    before: [],
    apart: apartSets(view, groups, bundleOf),
    ...pinsOf(view, services),
    limits: limitsOf(view, critical),
    weights: { hoursPerWave: waves.hours, lambda: waves.lambda, callerFirst: waves.callerFirst },
  };
}

/** The one owner of all services of a bundle; -1 where several or none are named. */
function ownerOf(services: readonly EstateService[], owners: readonly string[]): number {
  const own = new Set(services.map(({ owner }) => owner));
  const [only] = own;
  return own.size === 1 && only !== undefined ? owners.indexOf(only) : -1;
}

type Rates = Pick<WaveProblem, 'from' | 'to' | 'rate' | 'traffic' | 'outside' | 'inside'>;

function ratesOf(view: EstateView, groups: readonly Group[], bundleOf: Int32Array, count: number): Rates {
  const { between, strangers } = groupCalls(view, groups);
  const [traffic, outside, inside] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const add = (to: Float64Array, group: number, by: number): void => {
    to[bundleOf[group] ?? 0] = (to[bundleOf[group] ?? 0] ?? 0) + by;
  };
  const sums = new Map<number, number>();
  for (const { from, to, perSecond } of between) {
    for (const end of [from, to]) add(traffic, end, perSecond);
    const key = (bundleOf[from] ?? 0) * count + (bundleOf[to] ?? 0);
    if (bundleOf[from] !== bundleOf[to]) sums.set(key, (sums.get(key) ?? 0) + perSecond);
  }
  for (const [group, perSecond] of strangers.entries()) for (const to of [traffic, outside]) add(to, group, perSecond);
  const pairs = [...sums].sort(([a], [b]) => a - b);
  return {
    from: Int32Array.from(pairs, ([key]) => Math.floor(key / count)),
    to: Int32Array.from(pairs, ([key]) => key % count),
    rate: Float64Array.from(pairs, ([, rate]) => rate),
    traffic,
    outside,
    inside,
  };
}

function pinsOf(view: EstateView, services: readonly EstateService[][]): Pick<WaveProblem, 'earliest' | 'latest'> {
  const pins = services.map((own) => view.estate.policy.waves.pins.filter(({ service }) => own.some(({ name }) => name === service)));
  return {
    earliest: Int32Array.from(pins, (own) => Math.max(1, ...own.map(({ from = 1 }) => from))),
    latest: Int32Array.from(pins, (own) => Math.min(NO_LATEST, ...own.map(({ until = NO_LATEST }) => until))),
  };
}

function limitsOf(view: EstateView, critical: Int32Array): WaveLimits {
  const { waves } = view.estate.policy;
  return {
    maxSize: waves.maxWorkloads,
    maxTraffic: Infinity,
    maxCritical: waves.maxTier0,
    maxPerOwner: waves.maxPerOwner ?? Infinity,
    maxWaves: waves.maxWaves ?? Infinity,
    first: { maxSize: waves.firstWorkloads, maxCritical: critical.every((each) => each > 0) ? Infinity : 0 },
  };
}
