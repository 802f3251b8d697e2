import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { root } from '../run-mesh.ts';

/** All runs together; fewer for a look: `MESH_SIMULATION_RUNS=1000 npm run soak -- test/soak/simulation.test.ts`. */
const RUNS = Number(process.env['MESH_SIMULATION_RUNS'] ?? 100_000);
const FIRST = Number(process.env['MESH_SIMULATION_FROM'] ?? 1);
const EACH = 50;
/** A violation is kept as a test; of one kind a few say enough. */
const MOST_KEPT = 20;

interface Line {
  estate: number;
  runs: number;
  crashes: number;
  commands: number;
  failures: { estate: number; seed: number; violation: string }[];
}

/** Vitest's own workers hold a run's memory for ever: these are processes of their own. */
async function worker(first: number, step: number, runs: number, take: (line: Line) => void): Promise<void> {
  const script = join(root, 'test', 'execute', 'world', 'simulate-many.ts');
  const child = spawn(process.execPath, [script, String(first), String(step), String(runs), String(EACH)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = new Promise<number | null>((resolve) => child.on('exit', resolve));
  for await (const line of createInterface({ input: child.stdout })) take(JSON.parse(line) as Line);
  expect(await exit).toBe(0);
}

test('random estates, faults and crashes break none of the promises', { timeout: 6 * 3_600_000 }, async () => {
  const sum = { runs: 0, estates: 0, crashes: 0, commands: 0 };
  const failures: Line['failures'] = [];
  const began = performance.now();
  const take = (line: Line): void => {
    sum.estates += 1;
    for (const name of ['runs', 'crashes', 'commands'] as const) sum[name] += line[name];
    failures.push(...line.failures);
    // A soak of an hour that says nothing looks like one that hangs.
    if (Math.floor(sum.runs / 2_000) > Math.floor((sum.runs - line.runs) / 2_000))
      process.stderr.write(`simulation: ${sum.runs} runs so far, ${failures.length} violations\n`);
  };
  const workers = Math.max(1, Math.min(8, availableParallelism()));
  await Promise.all(
    Array.from({ length: workers }, (_, at) => worker(FIRST + at, workers, Math.ceil(RUNS / workers), take)),
  );
  for (const { estate, seed, violation } of failures.slice(0, MOST_KEPT))
    writeFileSync(
      join(root, 'test', 'execute', 'world', 'seeds', `estate-${estate}-seed-${seed}.json`),
      `${JSON.stringify({ estate, seed, violation }, null, 2)}\n`,
    );
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `simulation: ${sum.commands} commands, ${sum.crashes} crashes, ${seconds.toFixed(0)} s, ${(sum.runs / seconds).toFixed(0)} runs/s`,
  );
  console.log(`simulation: ${sum.runs} runs, ${sum.estates} estates, ${failures.length} violations`);
  expect(failures.slice(0, MOST_KEPT)).toEqual([]);
});
