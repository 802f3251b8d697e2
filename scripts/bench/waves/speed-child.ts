import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { costOf } from '../../../src/graph/waves/objective.ts';
import type { WaveProblem } from '../../../src/graph/waves/problem.ts';
import { solveWaves } from '../../../src/graph/waves/solve.ts';
import { violations } from '../../../src/graph/waves/violations.ts';
import { peakMiB } from './child.ts';

/** What one process tells: of `solveWaves` alone, without reading the problem and without judging the plan. */
export interface SpeedAnswer {
  ms: number;
  cpuMs: number;
  /** The most memory that the process had, before it judged. */
  peakMiB: number;
  /** Of the plan; 0 waves where none was found, or looked for. */
  waves: number;
  cost: number;
  violations: number;
}

/** `speed-child.ts FILE load|solve`: a process of its own, so that what it held at most is this problem's alone. */
function main([file = '', what = '']: readonly string[]): SpeedAnswer {
  const problem = deserialize(readFileSync(file)) as WaveProblem;
  const cpu = process.cpuUsage();
  const started = performance.now();
  const solved = what === 'solve' ? solveWaves(problem, { seed: 1 }) : undefined;
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  const run = { ms, cpuMs: (user + system) / 1000, peakMiB: peakMiB() };
  if (solved === undefined || 'conflict' in solved) return { ...run, waves: 0, cost: 0, violations: 0 };
  const judged = { cost: costOf(problem, solved.wave).total, violations: violations(problem, solved.wave).length };
  return { ...run, waves: solved.waves, ...judged };
}

console.log(JSON.stringify(main(process.argv.slice(2))));
