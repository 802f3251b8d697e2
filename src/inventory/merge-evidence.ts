import { compareText, compareTimes, earlier, later } from './merge-times.ts';
import type { Dependency, Evidence } from './schema.ts';

/** How two pieces of evidence that differ in time alone become one. */
export type JoinEvidence = (a: Evidence, b: Evidence) => Evidence;

/** Evidence of two samples of one window: connections add up, while a declaration that is read again is the same one. */
export const joinSamples: JoinEvidence = (a, b) => ({
  ...joined(a, b),
  count: a.confidence === 'declared' ? Math.max(a.count, b.count) : a.count + b.count,
});

/** Evidence of two runs: what the same run saw counts once, whichever inventories it came in. */
export const joinRunEvidence: JoinEvidence = (a, b) => {
  if (a.confidence === 'declared') return { ...joined(a, b), count: Math.max(a.count, b.count) };
  const byRun = new Map(Object.entries(a.countByRun ?? {}));
  for (const [run, count] of Object.entries(b.countByRun ?? {})) byRun.set(run, Math.max(count, byRun.get(run) ?? 0));
  const countByRun = Object.fromEntries([...byRun].toSorted(([one], [other]) => compareText(one, other)));
  return { ...joined(a, b), count: [...byRun.values()].reduce((sum, count) => sum + count, 0), countByRun };
};

function joined(a: Evidence, b: Evidence): Omit<Evidence, 'count' | 'countByRun'> {
  const { source, detail, confidence } = a;
  const firstAt = earlier(a.firstAt ?? a.at, b.firstAt ?? b.at);
  const at = later(a.at, b.at);
  return { source, detail, at, ...(compareTimes(firstAt, at) < 0 ? { firstAt } : {}), confidence };
}

/** Evidence of the same source, words and confidence becomes one; the order is that of an inventory of one moment. */
export function joinEvidence(all: readonly Evidence[], join: JoinEvidence): Evidence[] {
  const byKey = new Map<string, Evidence>();
  for (const one of all) {
    const key = JSON.stringify([one.source, one.detail, one.confidence]);
    const before = byKey.get(key);
    byKey.set(key, before === undefined ? one : join(before, one));
  }
  return [...byKey.values()].toSorted(
    (a, b) =>
      compareText(a.confidence, b.confidence) || compareText(a.source, b.source) || compareText(a.detail, b.detail),
  );
}

/** One dependency for each caller, callee and port. */
export function dependencyKey({ from, to, port }: Pick<Dependency, 'from' | 'to' | 'port'>): string {
  return JSON.stringify([from, to, port]);
}

const addressings: readonly Dependency['addressedBy'][] = ['unknown', 'name', 'ip'];

/**
 * Two sightings of one dependency. The protocol is the one that was said last, for it comes from the estate; one literal
 * address is enough for "by address", as within one moment.
 */
export function joinDependencies(a: Dependency, b: Dependency, join: JoinEvidence): Dependency {
  const order = compareTimes(lastAt(a), lastAt(b)) || compareText(a.protocol, b.protocol);
  const addressedBy = Math.max(addressings.indexOf(a.addressedBy), addressings.indexOf(b.addressedBy));
  return {
    from: a.from,
    to: a.to,
    port: a.port,
    protocol: order >= 0 ? a.protocol : b.protocol,
    addressedBy: addressings[addressedBy] ?? 'unknown',
    evidence: joinEvidence([...a.evidence, ...b.evidence], join),
  };
}

/** Dependencies with one for each caller, callee and port, in a fixed order. */
export function joinAll(all: readonly Dependency[], join: JoinEvidence): Dependency[] {
  const byKey = new Map<string, Dependency>();
  for (const one of all) {
    const before = byKey.get(dependencyKey(one));
    byKey.set(dependencyKey(one), before === undefined ? one : joinDependencies(before, one, join));
  }
  return [...byKey.values()].toSorted(dependencyOrder);
}

/** When a dependency was seen last. */
function lastAt({ evidence }: Dependency): string {
  return evidence.map(({ at }) => at).reduce(later);
}

/** The order of dependencies in an inventory. */
export function dependencyOrder(a: Dependency, b: Dependency): number {
  return compareText(a.from, b.from) || compareText(a.to, b.to) || a.port - b.port;
}
