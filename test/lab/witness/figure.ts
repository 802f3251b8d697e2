import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { places } from '../paths.ts';
import type { Tally } from './traffic.ts';

/** The sums of all tests of one lab run: what promise P4 is measured by. */
interface Figure {
  requests: number;
  lost: number;
  undeclared: number;
  declared: number;
}

const file = (): string => join(dirname(places.counts()), 'figure.json');

export async function resetFigure(): Promise<void> {
  await mkdir(dirname(file()), { recursive: true });
  await writeFile(file(), JSON.stringify({ requests: 0, lost: 0, undeclared: 0, declared: 0 } satisfies Figure));
}

/** Adds what one test saw, also when the test then fails on it. */
export async function addToFigure({ total }: Tally, declaredCuts: number): Promise<void> {
  const now = await readFigure();
  const sum = {
    requests: now.requests + total.sent,
    lost: now.lost + total.lost,
    undeclared: now.undeclared + total.cuts,
    declared: now.declared + declaredCuts,
  };
  await writeFile(file(), JSON.stringify(sum));
}

async function readFigure(): Promise<Figure> {
  return JSON.parse(await readFile(file(), 'utf8')) as Figure;
}

/** Prints the suite's last line. */
export async function printFigure(suite: string): Promise<void> {
  const { requests, lost, undeclared, declared } = await readFigure();
  console.log(`${suite}: ${requests} requests, ${lost} lost, ${undeclared} undeclared cuts, ${declared} declared cuts`);
}
