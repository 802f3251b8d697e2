import { NO_LATEST, type WaveLimits, type WaveProblem, type WaveWeights } from '../../src/graph/waves/problem.ts';
import { lastWave } from '../../src/graph/waves/objective.ts';
import type { Traffic } from './estate-calls.ts';
import { firstFit } from './packing.ts';
import type { Random } from './random.ts';

/**
 * Rules for an estate, in hundredths as its rates are: limits for about `waves` waves, copies kept apart, orders, pins.
 * A random plan is packed first; orders, pins and the number of waves are taken so that this plan keeps them.
 */
export function policyFor(random: Random, traffic: Traffic, waves: number): WaveProblem {
  const { count } = traffic;
  const open = {
    ...traffic,
    traffic: sentAndGot(traffic),
    before: [],
    apart: apartOf(random, count),
    earliest: new Int32Array(count).fill(1),
    latest: new Int32Array(count).fill(NO_LATEST),
    limits: limitsOf(random, traffic, waves),
    weights: weightsOf(random, traffic),
  };
  const plan = firstFit(open, random.shuffled(count));
  if (plan === undefined) throw new Error('a plan with any number of waves always exists');
  const last = lastWave(plan);
  const limits = { ...open.limits, maxWaves: random.chance(0.3) ? Infinity : Math.ceil(last * 1.3) + 1 };
  return { ...open, before: ordersOf(random, plan), ...pinsOf(random, plan), limits };
}

function sentAndGot({ from, to, rate, outside, inside }: Traffic): Float64Array {
  const sum = outside.map((value, group) => value + inside[group]!);
  for (let call = 0; call < rate.length; call += 1) {
    sum[from[call]!]! += rate[call]!;
    sum[to[call]!]! += rate[call]!;
  }
  return sum;
}

/** Copies of a name at several sites, one a wave; and the groups of some sites, a share of them a wave. */
function apartOf(random: Random, count: number): WaveProblem['apart'] {
  const order = random.shuffled(count);
  const names = random.between(0, Math.ceil(count / 15));
  const apart: { members: Int32Array; most: number; label: string }[] = [];
  let next = 0;
  for (let name = 0; name < names; name += 1) {
    const copies = random.between(2, 4);
    if (next + copies > count) break;
    apart.push({ members: order.slice(next, next + copies).sort(), most: 1, label: `copies of name ${name}` });
    next += copies;
  }
  if (random.chance(0.3)) apart.push(siteOf(random, count));
  return apart;
}

function siteOf(random: Random, count: number): WaveProblem['apart'][number] {
  const members = random
    .shuffled(count)
    .slice(0, Math.max(3, Math.floor(count / 4)))
    .sort();
  return { members, most: Math.max(1, Math.ceil(members.length / 3)), label: 'hosts of a site' };
}

function limitsOf(random: Random, traffic: Traffic, waves: number): WaveLimits {
  const workloads = traffic.size.reduce((sum, each) => sum + each, 0);
  const criticals = traffic.critical.reduce((sum, each) => sum + each, 0);
  const requests = sentAndGot(traffic).reduce((sum, each) => sum + each, 0);
  const owners = new Set(traffic.owner).size;
  const perWave = (total: number, slack: number): number => Math.ceil((total * slack) / waves);
  const sometimes = (share: number, value: number): number => (random.chance(share) ? value : Infinity);
  return {
    maxSize: Math.max(2, perWave(workloads, 1.1)),
    maxTraffic: sometimes(0.5, perWave(requests, 1.3 + random.next())),
    maxCritical: sometimes(0.5, Math.max(1, perWave(criticals, 1.5))),
    maxPerOwner: sometimes(0.4, Math.max(2, perWave(traffic.count / owners, 2))),
    maxWaves: Infinity,
    first: {
      maxSize: sometimes(0.8, Math.max(1, perWave(workloads, 0.5))),
      maxCritical: sometimes(0.7, random.between(0, 1)),
    },
  };
}

/** λ is a multiple of a hundredth of a wave's hours: the cost per hour of an instance is a whole number of 1/10,000. */
function weightsOf(random: Random, { rate }: Traffic): WaveWeights {
  const requests = rate.reduce((sum, each) => sum + each, 0);
  const hoursPerWave = random.pick([4, 24, 72, 168]);
  const lambda = hoursPerWave * Math.round(requests * random.pick([0, 0.01, 0.05, 0.2, 1]));
  return { hoursPerWave, lambda, callerFirst: random.pick([0, 0.1, 0.1, 0.1, 0.5]) };
}

function ordersOf(random: Random, plan: Int32Array): WaveProblem['before'] {
  const wanted = random.between(0, Math.ceil(plan.length / 12));
  const orders: { first: number; second: number; label: string }[] = [];
  for (let index = 0; index < wanted; index += 1) {
    const [one, other] = [random.between(0, plan.length - 1), random.between(0, plan.length - 1)];
    const isOther = plan[one]! > plan[other]! || (plan[one] === plan[other] && one > other);
    const [first, second] = isOther ? [other, one] : [one, other];
    if (first !== second) orders.push({ first, second, label: `order ${index}` });
  }
  return orders;
}

/** One group in twelve may not join before some wave, and one in twelve not after one. */
function pinsOf(random: Random, plan: Int32Array): { earliest: Int32Array; latest: Int32Array } {
  return {
    earliest: plan.map((at) => (random.chance(1 / 12) ? Math.max(1, at - random.between(0, 2)) : 1)),
    latest: plan.map((at) => (random.chance(1 / 12) ? at + random.between(0, 2) : NO_LATEST)),
  };
}
