import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../run-mesh.ts';
import { type Mutation, mutations } from '../execute/world/mutations.ts';

const run = promisify(execFile);
/** Runs after which a mistake counts as not found, and how many of them each estate is played. */
const [MOST, EACH] = [2_000, 20];

interface Line {
  runs: number;
  failures: { estate: number; seed: number; violation: string }[];
}

/** A copy of the product, in which one mistake at a time is made. */
let copy = '';

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'mesh-teeth-'));
  for (const part of ['src', 'test', 'package.json', 'tsconfig.json'])
    await cp(join(root, part), join(copy, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rm(copy, { recursive: true }));

/** Plays random estates until a promise is broken. */
async function firstViolation(): Promise<{ runs: number; violation: string } | undefined> {
  const script = join(copy, 'test', 'execute', 'world', 'simulate-many.ts');
  let runs = 0;
  for (let first = 1; runs < MOST; first += 10) {
    const { stdout } = await run(process.execPath, [script, String(first), '1', String(EACH), String(EACH)]);
    for (const line of stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text) as Line)) {
      const [failure] = line.failures;
      if (failure) return { runs: runs + failure.seed, violation: failure.violation };
      runs += line.runs;
    }
  }
  return undefined;
}

async function withMistake({ file, from, to }: Mutation): Promise<ReturnType<typeof firstViolation>> {
  const path = join(copy, 'src', file);
  const whole = await readFile(path, 'utf8');
  expect(whole.split(from), `${file} has this once: ${from}`).toHaveLength(2);
  await writeFile(
    path,
    whole.replace(from, () => to),
  );
  try {
    return await firstViolation();
  } finally {
    await writeFile(path, whole);
  }
}

/** Mistakes on purpose: a simulation that finds nothing in the product must find these. */
describe('the simulation finds', () => {
  it.each(mutations)('$name', async (mutation) => {
    const found = await withMistake(mutation);
    console.log(`teeth: ${mutation.name}: ${found ? `run ${found.runs}, ${found.violation}` : `not in ${MOST} runs`}`);
    expect(found?.violation.slice(0, 2)).toMatch(mutation.breaks);
  });
});
