import type { WaveProblem } from './problem.ts';

/** The terms of the objective, in request-hours: requests per second times hours. Their sum is what planning minimises. */
export interface WaveCost {
  /** Calls with one side in the mesh and one outside, over time. */
  exposure: number;
  /** The part of `exposure` with the caller inside, times the preference for callees first. */
  callerFirst: number;
  /** λ times the number of waves. */
  waves: number;
  total: number;
}

/** What an order of waves costs. @param wave of each group, from 1 */
export function costOf(problem: WaveProblem, wave: Int32Array): WaveCost {
  const { hoursPerWave, lambda, callerFirst } = problem.weights;
  const last = lastWave(wave);
  const { between, inverted } = acrossWaves(problem, wave);
  const exposure = hoursPerWave * (between + withOthers(problem, wave, last));
  const preference = hoursPerWave * callerFirst * inverted;
  return { exposure, callerFirst: preference, waves: lambda * last, total: exposure + preference + lambda * last };
}

export function lastWave(wave: Int32Array): number {
  let last = 0;
  for (const each of wave) if (each > last) last = each;
  return last;
}

/** Request-waves between groups, and those of them in which the caller is the one inside. */
function acrossWaves({ from, to, rate }: WaveProblem, wave: Int32Array): { between: number; inverted: number } {
  let [between, inverted] = [0, 0];
  for (let call = 0; call < rate.length; call += 1) {
    const distance = (wave[to[call] ?? 0] ?? 0) - (wave[from[call] ?? 0] ?? 0);
    between += (rate[call] ?? 0) * Math.abs(distance);
    if (distance > 0) inverted += (rate[call] ?? 0) * distance;
  }
  return { between, inverted };
}

/** Request-waves with what never joins, and with what has joined before. */
function withOthers({ outside, inside }: WaveProblem, wave: Int32Array, last: number): number {
  let sum = 0;
  for (let group = 0; group < wave.length; group += 1) {
    const at = wave[group] ?? 1;
    sum += (outside[group] ?? 0) * (last - at + 1) + (inside[group] ?? 0) * (at - 1);
  }
  return sum;
}
