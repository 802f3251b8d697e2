import { randomPlan } from './plans.ts';
import { referencesOf, simulate } from './simulation.ts';

/**
 * Simulates the runs of some random estates: `node simulate-many.ts FIRST STEP RUNS EACH`, one JSON line for each estate. Every
 * STEP-th estate from FIRST on is played EACH times, until RUNS runs were made.
 */
const [first = 1, step = 1, runs = 100, each = 50] = process.argv.slice(2).map(Number);

let made = 0;
for (let estate = first; made < runs; estate += step) {
  const planned = randomPlan(estate);
  if (!planned.plan.applyable || planned.plan.stages.length === 0) continue;
  const references = await referencesOf(planned);
  const failures = references.violations.map((violation) => ({ estate, seed: 0, violation }));
  let [crashes, commands] = [0, 0];
  const count = Math.min(each, runs - made);
  for (let seed = 1; seed <= count; seed += 1) {
    const result = await simulate(planned, references, estate * 1_000 + seed);
    crashes += result.crashes;
    commands += result.commands;
    failures.push(...result.violations.map((violation) => ({ estate, seed, violation })));
  }
  made += count;
  console.log(JSON.stringify({ estate, runs: count, crashes, commands, failures }));
}
