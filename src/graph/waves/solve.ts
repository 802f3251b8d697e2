import { Annealing } from './anneal.ts';
import { arrangementCost } from './arrangement.ts';
import { smallestConflict } from './conflict.ts';
import type { ConflictPart, WaveConflict } from './constraints.ts';
import { decide, horizonOf } from './feasibility.ts';
import { brokenParts } from './parts.ts';
import { descend } from './descent.ts';
import { normalised } from './normal.ts';
import { Packing } from './packing.ts';
import { NO_LATEST, type WaveProblem, type WaveSolution } from './problem.ts';
import { Random } from './random.ts';
import { startsOf } from './starts.ts';
import { type Units, unitsOf } from './units.ts';
import { violations } from './violations.ts';

export interface SolveOptions {
  /** Of the random numbers of the search. The same seed gives the same answer. */
  seed?: number;
  /** How many moves the search may try: its budget, which no clock has a part in. */
  moves?: number;
}

/** From how many units on the search only descends. */
const SMALL = 400;
/** The budget where none is given, for searches that begin anew so many times. */
const [MOVES_PER_PAIR, MOST_MOVES, MOST_LOOKS, SEARCHES] = [4000, 6_000_000, 1e9, 10];
/** What a wave costs for each unit of what it is over its limits, in first heats. */
const PENALTY = 8;
const SWEEPS = 4;

/**
 * An order of waves of low cost that keeps all hard constraints, or why there is none. The answer depends on the
 * problem and the options alone, not on the order in which calls and constraints are listed.
 *
 * @throws RangeError for a problem with numbers that mean nothing
 */
export function solveWaves(problem: WaveProblem, options: SolveOptions = {}): WaveSolution | WaveConflict {
  const normal = normalised(problem);
  const units = unitsOf(normal);
  if (units.count === 0) return { wave: new Int32Array(0), waves: 0 };
  const horizon = horizonOf(units);
  const decided = decide(normal, units, horizon);
  if (decided.answer === 'no') return { conflict: smallestConflict(problem), proven: true };
  if (decided.answer === 'unknown') return { conflict: closestConflict(normal), proven: false };
  const { starts } = decided;
  const wave = units.count <= SMALL ? annealed(units, horizon, starts, options) : descended(units, horizon, starts);
  return { wave: units.of.map((unit) => wave[unit]!), waves: wave.reduce((most, each) => Math.max(most, each), 0) };
}

/** What an order breaks that was made without `maxWaves` and last waves: such an order there always is. */
function closestConflict(problem: WaveProblem): ConflictPart[] {
  const latest = new Int32Array(problem.count).fill(NO_LATEST);
  const relaxed = { ...problem, latest, limits: { ...problem.limits, maxWaves: Infinity } };
  const units = unitsOf(relaxed);
  const broken = startsOf(relaxed, units, horizonOf(units)).map((wave) =>
    violations(
      problem,
      units.of.map((unit) => wave[unit]!),
    ),
  );
  return brokenParts(problem, broken.sort((a, b) => a.length - b.length)[0] ?? []);
}

/**
 * Several searches, each from another beginning, of which the best counts: one alone often ends some percent above the
 * best known.
 */
function annealed(units: Units, horizon: number, starts: Int32Array[], { seed = 1, moves }: SolveOptions): Int32Array {
  const ranked = byCost(units, starts);
  const searches = Math.max(1, Math.min(SEARCHES, Math.floor(300 / units.count)));
  const each = (moves ?? budgetOf(units)) / searches;
  const { from, to } = heatsOf(units);
  let best: Annealing | undefined;
  for (let at = 0; at < searches; at += 1) {
    const search = new Annealing(units, horizon, ranked[at % ranked.length]!, new Random(seed + at));
    search.run(0.9 * each, { from, to, excess: PENALTY * from });
    search.settle(0.1 * each);
    if (!best || search.bestCost < best.bestCost) best = search;
  }
  return best?.best ?? ranked[0]!;
}

/** Moves of whole waves look at all units and calls, so a larger problem gets fewer. */
function budgetOf({ count, near }: Units): number {
  return Math.min(MOST_MOVES, MOVES_PER_PAIR * count ** 2, MOST_LOOKS / (count + near.length));
}

/** About what a unit costs that is a wave away from all it calls; the last heat is small against it. */
function heatsOf({ later, pull, count, perWave }: Units): { from: number; to: number } {
  const sum = later.reduce((all, each) => all + each, 0) + pull.reduce((all, each) => all + Math.abs(each), 0);
  const from = (sum + perWave) / count || 1;
  return { from, to: 0.005 * (sum / count || from) };
}

function descended(units: Units, horizon: number, starts: Int32Array[]): Int32Array {
  const best = byCost(units, starts)[0]!;
  const packing = new Packing(units, horizon);
  packing.load(best);
  descend(packing, SWEEPS);
  return packing.wave;
}

/** The cheapest first. */
function byCost(units: Units, starts: Int32Array[]): Int32Array[] {
  return starts
    .map((wave) => ({ wave, cost: arrangementCost(units, wave) }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ wave }) => wave);
}
