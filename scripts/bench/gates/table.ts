import type { TrafficCase } from '../../../test/generators/traffic-case.ts';
import { trafficKey, waldSeconds } from './cases.ts';
import { partOf, quantile, rollbacks } from './measure.ts';
import { ours } from './ours.ts';
import { settings } from './peers.ts';
import type { Setting } from './watcher.ts';

/** One peer at its best setting for a kind of traffic and a fault. Times in seconds; null for never. */
export interface PeerResult {
  peer: string;
  setting: string;
  falseRollbacks: number;
  median: number | null;
  ninetieth: number | null;
  found: number;
}

export interface CaseResult extends TrafficCase {
  streams: number;
  falseRollbacks: number;
  /** What else only cases with a fault have. */
  bound?: number;
  median?: number | null;
  ninetieth?: number | null;
  mean?: number | null;
  found?: number;
  peers?: PeerResult[];
}

/** At equal false rollbacks: a setting may have as many as ours, or this part where ours has fewer. */
const ALLOWED = 0.002;

const all: readonly Setting[] = [ours, ...settings];
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** Runs the cases of one kind of traffic, that without a fault first: it says which settings the others may use. */
export function resultsOf(cases: readonly TrafficCase[], streams: number, seed: number): CaseResult[] {
  return [...Map.groupBy(cases, trafficKey).values()].flatMap((alike, at) => {
    const healthy = alike.find(({ fault }) => fault === 0);
    if (!healthy) return [];
    const falses = rollbacks(healthy, all, streams, seed + at).map(partOf);
    const own = falses[0] ?? 0;
    const fair = all.filter((_, index) => index === 0 || (falses[index] ?? 1) <= Math.max(own, ALLOWED));
    const falseOf = (setting: Setting): number => falses[all.indexOf(setting)] ?? 1;
    const faulty = alike
      .filter(({ fault }) => fault > 0)
      .map((one) => withFault(one, fair, falseOf, { streams, seed: seed + at + 1000 }));
    return [{ ...healthy, streams, falseRollbacks: own }, ...faulty];
  });
}

function withFault(
  one: TrafficCase,
  fair: readonly Setting[],
  falseOf: (setting: Setting) => number,
  { streams, seed }: { streams: number; seed: number },
): CaseResult {
  const [own = new Float64Array(), ...rows] = rollbacks(one, fair, streams, seed);
  const measured = fair.slice(1).map((setting, at): PeerResult & { order: number } => {
    const row = rows[at] ?? new Float64Array();
    const median = quantile(row, 0.5);
    return {
      peer: setting.peer,
      setting: setting.words,
      falseRollbacks: falseOf(setting),
      median: finite(median),
      ninetieth: finite(quantile(row, 0.9)),
      found: partOf(row),
      order: Number.isFinite(median) ? median : 1e9 - partOf(row),
    };
  });
  const best = [...Map.groupBy(measured, ({ peer }) => peer).values()].flatMap((each) =>
    each.toSorted((a, b) => a.order - b.order).slice(0, 1),
  );
  const times = own.filter((seconds) => Number.isFinite(seconds));
  return {
    ...one,
    streams,
    falseRollbacks: fair[0] ? falseOf(fair[0]) : 0,
    bound: waldSeconds(one),
    median: finite(quantile(own, 0.5)),
    ninetieth: finite(quantile(own, 0.9)),
    mean: times.length === own.length ? times.reduce((sum, each) => sum + each, 0) / times.length : null,
    found: partOf(own),
    peers: best.map(({ order: _, ...peer }) => peer),
  };
}
