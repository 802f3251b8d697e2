import type { Random } from './random.ts';

/** What calls what, before there is a policy. Rates are in hundredths of a request per second, so that sums are exact. */
export interface Traffic {
  count: number;
  owner: Int32Array;
  size: Int32Array;
  critical: Int32Array;
  from: Int32Array;
  to: Int32Array;
  rate: Float64Array;
  outside: Float64Array;
  inside: Float64Array;
}

/** Where a group stands: 0 is the edge of the estate, 1 the deepest store. */
type Heights = Float64Array;

const FRONTENDS = 0.15;
const STORES = 0.75;
const NEAR = 0.01;

export interface Shape {
  groups: number;
  calls: number;
  /** Groups of more than one workload, and how large they may be. */
  severalShare: number;
  mostWorkloads: number;
  /** Whom the few calls that go back up may reach: anybody, or near ones, or in a large estate most are in one circle. */
  backTo: 'anybody' | 'near';
}

/**
 * Frontends, mid tiers and stores in domains, each with an owner. Most calls stay in a domain and go deeper; hubs are
 * called by a great many (Zipf); some calls go back up, so that there are cycles.
 */
export function trafficOf(random: Random, shape: Shape): Traffic {
  const { groups } = shape;
  const domains = domainsOf(random, groups);
  const heights = Float64Array.from({ length: groups }, () => random.next());
  const size = sizesOf(random, shape);
  const calls = callsOf(random, shape, domains, heights);
  const hasMesh = random.chance(0.4);
  const outsiders = (group: number): number => (heights[group]! < FRONTENDS ? 0.8 : 0.08);
  return {
    count: groups,
    owner: domains.of.map((domain) => (random.chance(0.1) ? -1 : domain)),
    size,
    critical: size.map((workloads, group) => criticalOf(random, workloads, heights[group]!)),
    ...calls,
    outside: ratesFor(random, groups, outsiders, 30),
    inside: ratesFor(random, groups, () => (hasMesh ? 0.15 : 0), 10),
  };
}

interface Domains {
  of: Int32Array;
  members: number[][];
}

function domainsOf(random: Random, groups: number): Domains {
  const count = Math.max(2, Math.round(groups / random.between(5, 12)));
  const of = Int32Array.from({ length: groups }, () => random.between(0, count - 1));
  const members = Array.from({ length: count }, (): number[] => []);
  for (const group of random.shuffled(groups)) members[of[group]!]!.push(group);
  return { of, members };
}

function sizesOf(random: Random, { groups, severalShare, mostWorkloads }: Shape): Int32Array {
  const size = new Int32Array(groups).fill(1);
  let left = mostWorkloads - groups;
  for (let group = 0; group < groups && left > 0; group += 1) {
    const more = random.chance(severalShare) ? Math.min(left, random.between(1, 4)) : 0;
    size[group] = 1 + more;
    left -= more;
  }
  return size;
}

function criticalOf(random: Random, workloads: number, height: number): number {
  const isTierZero = random.chance(height < FRONTENDS ? 0.35 : 0.1);
  return isTierZero ? random.between(1, Math.min(2, workloads)) : 0;
}

function ratesFor(random: Random, groups: number, share: (group: number) => number, middle: number): Float64Array {
  return Float64Array.from({ length: groups }, (_, group) =>
    random.chance(share(group)) ? random.hundredths(middle, 1.8) : 0,
  );
}

function callsOf(random: Random, { groups, calls, backTo }: Shape, domains: Domains, heights: Heights) {
  const ranks = random.shuffled(groups);
  const found = new Map<number, number>();
  for (let tries = 0; found.size < calls && tries < 40 * calls; tries += 1) {
    const caller = random.between(0, groups - 1);
    const near = domains.members[domains.of[caller]!]!;
    const callee = random.chance(0.6) ? near[random.zipf(near.length)]! : ranks[random.zipf(groups)]!;
    if (caller === callee || !mayCall(random, backTo, heights[caller]!, heights[callee]!)) continue;
    const key = caller * groups + callee;
    if (!found.has(key)) found.set(key, random.hundredths(8, 2.2));
  }
  const keys = Float64Array.from(found.keys()).sort();
  return {
    from: Int32Array.from(keys, (key) => Math.floor(key / groups)),
    to: Int32Array.from(keys, (key) => key % groups),
    rate: Float64Array.from(keys, (key) => found.get(key)!),
  };
}

/** Calls go deeper, but for a few; a store calls nobody, but for the few. */
function mayCall(random: Random, backTo: Shape['backTo'], caller: number, callee: number): boolean {
  if (caller < callee && caller < STORES) return true;
  if (backTo === 'near') return caller < STORES && caller - callee < NEAR && random.chance(0.5);
  return random.chance(caller < STORES ? 0.04 : 0.01);
}
