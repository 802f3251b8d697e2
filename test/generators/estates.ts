import { createHash } from 'node:crypto';
import type { WaveProblem } from '../../src/graph/waves/problem.ts';
import { trafficOf, type Shape } from './estate-calls.ts';
import { policyFor } from './estate-policy.ts';
import { randomOf } from './random.ts';

/** How many small estates the quality of plans is measured on. */
export const QUALITY_ESTATES = 200;

/** A small estate, of 10 to 40 groups with 40 workloads at most; a plan that keeps all its rules exists. */
export function smallEstate(seed: number): WaveProblem {
  const random = randomOf(0x5eed0000 + seed);
  const groups = random.between(10, 40);
  const calls = Math.round(groups * (1.2 + 1.8 * random.next()));
  const shape = { groups, calls, severalShare: 0.2, mostWorkloads: 40, backTo: 'anybody' as const };
  return estate(seed, shape, random.between(3, 8));
}

/** A large estate of just so many groups and calls, in some `waves` waves. */
export function largeEstate(seed: number, groups: number, calls: number, waves: number): WaveProblem {
  const mostWorkloads = Math.round(groups * 1.2);
  return estate(seed, { groups, calls, severalShare: 0.05, mostWorkloads, backTo: 'near' }, waves);
}

/** Hundredths become requests per second only here, so that all sums before are exact. */
function estate(seed: number, shape: Shape, waves: number): WaveProblem {
  const random = randomOf(seed);
  const traffic = trafficOf(random, shape);
  const problem = policyFor(random, traffic, waves);
  return {
    ...problem,
    traffic: perSecond(problem.traffic),
    rate: perSecond(problem.rate),
    outside: perSecond(problem.outside),
    inside: perSecond(problem.inside),
    limits: { ...problem.limits, maxTraffic: problem.limits.maxTraffic / 100 },
    weights: { ...problem.weights, lambda: problem.weights.lambda / 100 },
  };
}

function perSecond(hundredths: Float64Array): Float64Array {
  return hundredths.map((value) => value / 100);
}

/** Names an instance by all that is in it: hexadecimal SHA-256. */
export function digestOf(problem: WaveProblem): string {
  const plain = (_: string, value: unknown): unknown => {
    if (ArrayBuffer.isView(value)) return [...(value as Float64Array)];
    return value === Infinity ? 'Infinity' : value;
  };
  return createHash('sha256').update(JSON.stringify(problem, plain)).digest('hex');
}
