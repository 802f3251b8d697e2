import type { RunWindow, Window } from './schema.ts';

/** The order of two moments; texts of one moment that are written differently have a fixed order too. */
export function compareTimes(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b) || compareText(a, b);
}

/** The order of UTF-16 code units, which is the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function earlier(a: string, b: string): string {
  return compareTimes(a, b) <= 0 ? a : b;
}

export function later(a: string, b: string): string {
  return compareTimes(a, b) >= 0 ? a : b;
}

/** The runs of both, each once, oldest first: the last one is the newest run of all. */
export function joinRuns(a: readonly RunWindow[], b: readonly RunWindow[]): RunWindow[] {
  const byId = new Map([...a, ...b].map((run) => [run.id, run]));
  return [...byId.values()].toSorted(
    (one, other) =>
      compareTimes(one.to, other.to) || compareTimes(one.from, other.from) || compareText(one.id, other.id),
  );
}

/** The window that runs make together: samples add up, and so do those in which a host could not be read. */
export function windowOf(runs: readonly RunWindow[]): Window | undefined {
  const [first, ...others] = runs;
  if (first === undefined) return undefined;
  const failed = new Map<string, number>();
  for (const run of runs)
    for (const [host, count] of Object.entries(run.failed)) failed.set(host, (failed.get(host) ?? 0) + count);
  return {
    from: others.reduce((from, run) => earlier(from, run.from), first.from),
    to: others.reduce((to, run) => later(to, run.to), first.to),
    samples: runs.reduce((sum, { samples }) => sum + samples, 0),
    failed: Object.fromEntries([...failed].toSorted(([a], [b]) => compareText(a, b))),
    runs: [...runs],
  };
}
