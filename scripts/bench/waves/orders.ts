import { components } from '../../../src/graph/components.ts';
import type { WaveProblem } from '../../../src/graph/waves/problem.ts';
import { firstFit } from '../../../test/generators/packing.ts';
import { randomOf } from '../../../test/generators/random.ts';

/** Callees before their callers; groups that call each other in a circle one after the other, by number. */
export function calleesFirstOrder({ count, from, to }: WaveProblem): number[] {
  const callees = Array.from({ length: count }, (): number[] => []);
  for (let call = 0; call < from.length; call += 1) callees[from[call]!]!.push(to[call]!);
  return components(count, callees).flat();
}

/** The first of a hundred random orders that packs into waves. */
export function randomPlan(problem: WaveProblem, seed: number): Int32Array | undefined {
  const random = randomOf(seed);
  for (let tries = 0; tries < 100; tries += 1) {
    const wave = firstFit(problem, random.shuffled(problem.count));
    if (wave !== undefined) return wave;
  }
  return undefined;
}
