import { resolveImport, type HouseRule, type SourceFile, type Violation } from './source-file.ts';

type Edges = ReadonlyMap<string, readonly string[]>;

function edgesOf(files: readonly SourceFile[]): Edges {
  const known = new Set(files.map((file) => file.path));
  const targets = (file: SourceFile): string[] =>
    file.imports.flatMap(({ specifier }) => {
      const target = resolveImport(file.path, specifier);
      return target !== undefined && known.has(target) ? [target] : [];
    });
  return new Map(files.map((file) => [file.path, targets(file)]));
}

/** A way from `start` back to itself, found breadth-first; undefined if there is none. */
function cycleThrough(start: string, edges: Edges): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const pending = [start];
  for (let current = pending.shift(); current !== undefined; current = pending.shift()) {
    for (const next of edges.get(current) ?? []) {
      if (next === start) return wayBack(current, cameFrom, start);
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, current);
      pending.push(next);
    }
  }
  return undefined;
}

function wayBack(last: string, cameFrom: ReadonlyMap<string, string>, start: string): string[] {
  const way = [start];
  for (let at: string | undefined = last; at !== undefined && at !== start; at = cameFrom.get(at)) way.unshift(at);
  return [start, ...way];
}

/** No file imports itself by way of others, types included. Each circle is reported at its first file. */
export const cyclesRule: HouseRule = (files) => {
  const edges = edgesOf(files);
  const reported = new Set<string>();
  const violations: Violation[] = [];
  for (const { path } of files) {
    const cycle = reported.has(path) ? undefined : cycleThrough(path, edges);
    if (!cycle) continue;
    for (const member of cycle) reported.add(member);
    violations.push({ rule: 'cycles', path, line: 1, message: `files import each other: ${cycle.join(' → ')}` });
  }
  return violations;
};
