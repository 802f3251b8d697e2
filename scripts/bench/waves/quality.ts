import { costOf } from '../../../src/graph/waves/objective.ts';
import type { WaveProblem } from '../../../src/graph/waves/problem.ts';
import { solveWaves } from '../../../src/graph/waves/solve.ts';
import { violations } from '../../../src/graph/waves/violations.ts';
import { digestOf, smallEstate } from '../../../test/generators/estates.ts';
import { firstFit } from '../../../test/generators/packing.ts';
import type { ExactAnswer } from './exact.ts';
import { COST_UNIT } from './integers.ts';
import { calleesFirstOrder, randomPlan } from './orders.ts';

/** What one estate's plans cost, in request-hours by the one objective of src; null where there is no plan. */
export interface Quality {
  estate: number;
  groups: number;
  calls: number;
  ours: number | null;
  calleesFirst: number | null;
  random: number | null;
  /** CP-SAT's plan, judged as all others; absent where it was not run. */
  exact?: { status: string; cost: number | null; bound: number; cpuSeconds: number };
  oursMs: number;
}

/** The plans of all, each checked by `violations`: one that breaks a rule ends the benchmark, whoever made it. Ours within its usual budget. */
export function qualityOf(estates: readonly number[], answers: ReadonlyMap<string, ExactAnswer>): Quality[] {
  return estates.map((estate) => {
    const problem = smallEstate(estate);
    const answer = answers.get(digestOf(problem));
    const bound = Math.max(0, answer?.bound ?? 0) * COST_UNIT * problem.weights.hoursPerWave;
    const judge = (who: string, wave: Int32Array | undefined): number | null =>
      costIfKept(problem, bound, `estate ${estate}: ${who}`, wave);
    const started = performance.now();
    const solved = solveWaves(problem, { seed: 1 });
    const oursMs = performance.now() - started;
    const exact = answer && {
      status: answer.status,
      cost: judge('CP-SAT', answer.wave === null ? undefined : Int32Array.from(answer.wave)),
      bound,
      cpuSeconds: answer.cpuSeconds,
    };
    return {
      estate,
      groups: problem.count,
      calls: problem.rate.length,
      ours: judge('solveWaves', 'conflict' in solved ? undefined : solved.wave),
      calleesFirst: judge('callees first', firstFit(problem, calleesFirstOrder(problem))),
      random: judge('a random order', randomPlan(problem, estate)),
      ...(exact && { exact }),
      oursMs,
    };
  });
}

/** A plan that is cheaper than CP-SAT says that any can be would show that its model is another problem's. */
function costIfKept(problem: WaveProblem, bound: number, who: string, wave: Int32Array | undefined): number | null {
  if (wave === undefined) return null;
  const broken = violations(problem, wave);
  if (broken.length > 0) throw new Error(`${who} breaks ${broken.map(({ kind }) => kind).join(', ')}`);
  const { total } = costOf(problem, wave);
  if (total < bound * (1 - 1e-9)) throw new Error(`${who} costs ${total}, and CP-SAT says that ${bound} is the least`);
  return total;
}

/** How much more than the best one costs: 0.01 is one per cent. Two plans that cost nothing are as good as each other. */
function gap(cost: number, best: number): number {
  return cost - best <= 1e-9 * cost ? Math.min(0, cost - best) / (best || 1) : (cost - best) / best;
}

/** Prints medians and worst ones beside the goals: 1 % and 5 % above what is proven to be best. */
export function printQuality(rows: readonly Quality[]): void {
  const run = rows.filter((row) => row.exact !== undefined);
  const proven = run.filter(({ exact }) => exact?.status === 'OPTIMAL');
  const others = run.filter(({ exact }) => exact?.status !== 'OPTIMAL');
  console.log(
    `${rows.length} estates; CP-SAT was run on ${run.length}, and proved its plan the best on ${proven.length}`,
  );
  for (const key of ['ours', 'calleesFirst', 'random'] as const) {
    line(`${key}: above the proven best`, proven, key, ({ exact }) => exact!.cost);
    line(`${key}: above CP-SAT's plan on the others`, others, key, ({ exact }) => exact!.cost);
    line(`${key}: above CP-SAT's bound on the others`, others, key, ({ exact }) => exact!.bound);
    line(`${key}: above the best plan known, all`, rows, key, bestOf);
  }
  const far = rows.filter((row) => row.calleesFirst === null || gap(row.calleesFirst, bestOf(row)) >= 0.1).length;
  console.log(
    `callees first is 10 % or more above the best plan known on ${far} of ${rows.length} (goal: half of them)`,
  );
  const slowest = Math.max(...rows.map(({ oursMs }) => oursMs));
  console.log(
    `solveWaves: ${quantile(
      rows.map(({ oursMs }) => oursMs),
      0.5,
    ).toFixed(0)} ms, ${slowest.toFixed(0)} ms at most`,
  );
}

export function bestOf({ ours, calleesFirst, random, exact }: Quality): number {
  return Math.min(...[ours, calleesFirst, random, exact?.cost].map((cost) => cost ?? Infinity));
}

function line(
  name: string,
  rows: readonly Quality[],
  key: 'ours' | 'calleesFirst' | 'random',
  best: (row: Quality) => number | null,
): void {
  const planned = rows.filter((row) => row[key] !== null);
  const gaps = planned.map((row) => gap(row[key]!, best(row) ?? Infinity));
  const none = rows.length - planned.length;
  const cells = [0.5, 0.9, 1].map((part) => `${(100 * quantile(gaps, part)).toFixed(2)} %`.padStart(12)).join('');
  console.log(`${name.padEnd(48)}${cells}${none > 0 ? `   no plan on ${none}` : ''}   of ${rows.length}`);
}

/** NaN, where there are none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
