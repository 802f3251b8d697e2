import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { digestOf, smallEstate } from '../../../test/generators/estates.ts';
import { firstFit } from '../../../test/generators/packing.ts';
import { type WholeProblem, wholeProblem } from './integers.ts';
import { calleesFirstOrder } from './orders.ts';
import { pythonPeers } from './peers.ts';

const cache = join(import.meta.dirname, '..', '..', '..', 'bench', 'cache', 'waves-cp-sat.jsonl');

/** What CP-SAT said of one instance, in the units of `WholeProblem`. Kept, as it takes long: one line each. */
export interface ExactAnswer {
  digest: string;
  estate: number;
  status: 'OPTIMAL' | 'FEASIBLE' | 'UNKNOWN' | 'INFEASIBLE' | 'MODEL_INVALID';
  objective: number | null;
  bound: number;
  wave: number[] | null;
  /** Of the wall clock, and of all threads' CPU time, which is what the limit is on. */
  seconds: number;
  cpuSeconds: number;
  limitCpuSeconds: number;
  workers: number;
  ortools: string;
}

/** By digest. Where an instance was tried more than once: the last answer, with the best plan and the best bound of all. */
export function keptAnswers(): Map<string, ExactAnswer> {
  const kept = new Map<string, ExactAnswer>();
  if (!existsSync(cache)) return kept;
  for (const line of readFileSync(cache, 'utf8').split('\n')) {
    if (line === '') continue;
    const answer = JSON.parse(line) as ExactAnswer;
    kept.set(answer.digest, better(kept.get(answer.digest), answer));
  }
  return kept;
}

function better(old: ExactAnswer | undefined, answer: ExactAnswer): ExactAnswer {
  if (old === undefined) return answer;
  const isCheaper = (answer.objective ?? Infinity) <= (old.objective ?? Infinity);
  const { objective, wave } = isCheaper ? answer : old;
  return { ...answer, objective, wave, bound: Math.max(answer.bound, old.bound) };
}

export interface ExactSettings {
  estates: readonly number[];
  cpuSeconds: number;
  workers: number;
}

/** Runs CP-SAT on the estates that are not proven yet and had less time than this; the small ones first. */
export async function runExact({ estates, cpuSeconds, workers }: ExactSettings): Promise<void> {
  const kept = keptAnswers();
  const due = estates
    .map((estate) => ({ estate, problem: smallEstate(estate) }))
    .map((one) => ({ ...one, digest: digestOf(one.problem) }))
    .filter(({ digest }) => !isDone(kept.get(digest), cpuSeconds))
    .toSorted((a, b) => a.problem.count - b.problem.count);
  const numberOf = new Map(due.map(({ digest, estate }) => [digest, estate]));
  const lines = due.map(({ problem, digest }) =>
    wholeProblem(problem, digest, firstFit(problem, calleesFirstOrder(problem))),
  );
  if (lines.length > 0)
    await answers(lines, [String(cpuSeconds), String(workers)], (answer) =>
      keep({ ...answer, estate: numberOf.get(answer.digest)!, limitCpuSeconds: cpuSeconds, workers }),
    );
}

function isDone(answer: ExactAnswer | undefined, cpuSeconds: number): boolean {
  return answer !== undefined && (answer.status === 'OPTIMAL' || answer.limitCpuSeconds >= cpuSeconds);
}

async function answers(
  problems: readonly WholeProblem[],
  args: string[],
  take: (answer: ExactAnswer) => void,
): Promise<void> {
  const program = join(import.meta.dirname, 'exact.py');
  const child = spawn(pythonPeers().python, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stdin.end(problems.map((problem) => `${JSON.stringify(problem)}\n`).join(''));
  for await (const line of createInterface({ input: child.stdout })) take(JSON.parse(line) as ExactAnswer);
  const status = await ended;
  if (status !== 0) throw new Error(`exact.py ended with ${status}`);
}

function keep(answer: ExactAnswer): void {
  mkdirSync(dirname(cache), { recursive: true });
  appendFileSync(cache, `${JSON.stringify(answer)}\n`);
  const share = answer.objective ? (100 * answer.bound) / answer.objective : 100;
  console.log(
    `estate ${answer.estate}: ${answer.status}, bound ${share.toFixed(1)} %, ${answer.cpuSeconds.toFixed(1)} s CPU`,
  );
}
