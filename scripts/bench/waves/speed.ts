import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { costOf } from '../../../src/graph/waves/objective.ts';
import { digestOf, largeEstate } from '../../../test/generators/estates.ts';
import { firstFit } from '../../../test/generators/packing.ts';
import { hasFailed, runChild } from './child.ts';
import { calleesFirstOrder } from './orders.ts';
import { quantile } from './quality.ts';
import type { SpeedAnswer } from './speed-child.ts';

const child = join(import.meta.dirname, 'speed-child.ts');
const TIMEOUT_MS = 300_000;
const SIZES = [
  { groups: 1000, calls: 10_000, waves: 20 },
  { groups: 10_000, calls: 100_000, waves: 50, goal: '0.5 s, 200 MiB' },
  { groups: 100_000, calls: 1_000_000, waves: 100, goal: '2 s, 500 MiB' },
];

export interface Speed {
  groups: number;
  calls: number;
  goal: string;
  digest: string;
  /** By first fit, callees first: what the plan is to be better than. */
  calleesFirstCost: number | null;
  solve: SpeedAnswer[];
  load: SpeedAnswer[];
}

/** Sizes take turns in each round, and in each turn the process that only reads the problem with the one that solves it. */
export function measureSpeed(rounds: number): Speed[] {
  const directory = mkdtempSync(join(tmpdir(), 'mesh-bench-waves-'));
  try {
    const sizes = SIZES.map((size) => prepared(directory, size));
    for (let round = 0; round < rounds; round += 1)
      for (const { file, speed } of sizes) {
        speed.load.push(measured(file, 'load'));
        speed.solve.push(measured(file, 'solve'));
      }
    return sizes.map(({ speed }) => speed);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function prepared(directory: string, { groups, calls, waves, goal = '' }: (typeof SIZES)[number]) {
  const problem = largeEstate(1, groups, calls, waves);
  const file = join(directory, `${groups}.v8`);
  writeFileSync(file, serialize(problem));
  const plan = firstFit(problem, calleesFirstOrder(problem));
  const calleesFirstCost = plan === undefined ? null : costOf(problem, plan).total;
  const speed: Speed = { groups, calls, goal, digest: digestOf(problem), calleesFirstCost, solve: [], load: [] };
  return { file, speed };
}

function measured(file: string, what: 'load' | 'solve'): SpeedAnswer {
  const answer = runChild<SpeedAnswer>([process.execPath, child, file, what], TIMEOUT_MS);
  if (hasFailed(answer)) throw new Error(`${what}: ${answer.failure}: ${answer.words}`);
  if (answer.violations > 0) throw new Error(`the plan breaks ${answer.violations} rules`);
  return answer;
}

/** Medians; memory with node, the code and the problem, and what solving took beyond those. */
export function printSpeed(speeds: readonly Speed[]): void {
  for (const { groups, calls, goal, calleesFirstCost, solve, load } of speeds) {
    const of = (key: 'ms' | 'cpuMs' | 'peakMiB', runs = solve): number =>
      quantile(
        runs.map((run) => run[key]),
        0.5,
      );
    const beyond = of('peakMiB') - of('peakMiB', load);
    const share = calleesFirstCost === null ? Number.NaN : (solve[0]?.cost ?? Number.NaN) / calleesFirstCost;
    console.log(
      `${groups} groups, ${calls} calls: ${(of('ms') / 1000).toFixed(2)} s (${(of('cpuMs') / 1000).toFixed(2)} s CPU), ` +
        `${of('peakMiB').toFixed(0)} MiB, ${beyond.toFixed(0)} of them beyond the problem; ` +
        `${solve.some(({ waves }) => waves === 0) ? 'NO PLAN FOUND, but there is one' : `${solve[0]?.waves ?? 0} waves, ${share.toFixed(2)} of what callees first costs`}` +
        (goal === '' ? '' : ` (goal: ${goal})`),
    );
  }
}
