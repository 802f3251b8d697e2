import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the whole matrix came to; its parts run beside each other in one process. */
export interface Count {
  plans: string[];
  /** Processes that ended at a point of their own, of these those that were resuming already. */
  kills: number;
  again: number;
  /** Writes and syncs that failed, writes that were cut short, jumps of the clock, journals that were lost. */
  faults: number;
  torn: number;
  jumps: number;
  lost: number;
  /** Resumes that stopped with a code first, and came to the end when they were run once more. */
  stops: string[];
  divergences: string[];
}

const file = join(import.meta.dirname, '..', '..', '..', 'reports', 'crash-matrix.json');
const nothing: Count = {
  plans: [],
  kills: 0,
  again: 0,
  faults: 0,
  torn: 0,
  jumps: 0,
  lost: 0,
  stops: [],
  divergences: [],
};

export function resetCount(): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, JSON.stringify(nothing));
}

export const readCount = (): Count => JSON.parse(readFileSync(file, 'utf8')) as Count;

/** Adds what was just seen. Nothing is kept back: a suite that dies half-way has told what it saw. */
export function count(change: (count: Count) => void): void {
  const now = readCount();
  change(now);
  writeFileSync(file, JSON.stringify(now));
}
