import type { Dependency, Evidence } from './schema.ts';

/** One hint that somebody calls something. Many of them make a dependency. */
export interface Sighting {
  from: string;
  to: string;
  port: number;
  /** Known only from a declaration: a connection does not tell how its peer was looked up. */
  addressedBy?: 'name' | 'ip';
  source: Evidence['source'];
  detail: string;
  confidence: Evidence['confidence'];
}

/** Gathers sightings of one caller, callee and port into one dependency each, in a fixed order. */
export function toDependencies(
  sightings: readonly Sighting[],
  protocolOf: (callee: string) => Dependency['protocol'],
  at: string,
): Dependency[] {
  const groups = Map.groupBy(sightings.filter(isUseful), ({ from, to, port }) => JSON.stringify([from, to, port]));
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { from, to, port } = first;
      return [
        {
          from,
          to,
          port,
          protocol: protocolOf(to),
          addressedBy: addressing(group),
          evidence: evidenceOf(group, at),
        } satisfies Dependency,
      ];
    })
    .toSorted(inOrder);
}

/** A call inside one node is no dependency, and one between two strangers is none of the estate's. */
function isUseful({ from, to }: Sighting): boolean {
  return from !== to && !(from.startsWith('external/') && to.startsWith('external/'));
}

/** One literal address among the declarations is enough: those calls do not follow the name. */
function addressing(group: readonly Sighting[]): Dependency['addressedBy'] {
  if (group.some(({ addressedBy }) => addressedBy === 'ip')) return 'ip';
  return group.some(({ addressedBy }) => addressedBy === 'name') ? 'name' : 'unknown';
}

function evidenceOf(group: readonly Sighting[], at: string): Evidence[] {
  const distinct = Map.groupBy(group, ({ source, detail, confidence }) => JSON.stringify([source, detail, confidence]));
  return [...distinct.values()]
    .flatMap(([first, ...more]) =>
      first === undefined
        ? []
        : [{ source: first.source, detail: first.detail, at, count: more.length + 1, confidence: first.confidence }],
    )
    .toSorted(
      (a, b) => compare(a.confidence, b.confidence) || compare(a.source, b.source) || compare(a.detail, b.detail),
    );
}

function inOrder(a: Dependency, b: Dependency): number {
  return compare(a.from, b.from) || compare(a.to, b.to) || a.port - b.port;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
