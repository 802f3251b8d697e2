import { costOf } from '../../../src/graph/waves/objective.ts';
import type { WaveProblem } from '../../../src/graph/waves/problem.ts';
import { violations } from '../../../src/graph/waves/violations.ts';

/** The least any order costs that keeps all constraints, by trying all of them; undefined if none does. */
export function leastCost(problem: WaveProblem): number | undefined {
  const waves = Math.min(problem.limits.maxWaves, problem.count + Math.max(1, ...problem.earliest) - 1);
  let least: number | undefined;
  for (const wave of everyOrder(problem.count, waves)) {
    const { total } = costOf(problem, wave);
    if ((least === undefined || total < least) && violations(problem, wave).length === 0) least = total;
  }
  return least;
}

function* everyOrder(count: number, waves: number): Generator<Int32Array> {
  const wave = new Int32Array(count).fill(1);
  if (waves < 1) return;
  for (;;) {
    yield wave;
    let at = 0;
    while (at < count && wave[at] === waves) wave[at++] = 1;
    if (at === count) return;
    wave[at]! += 1;
  }
}
