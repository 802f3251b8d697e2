import type { EstateView } from './view.ts';

/** How often one caller calls one service. */
export interface CallRate {
  /** The caller, as the inventory names it. */
  from: string;
  /** The called service's name. */
  to: string;
  /** Requests per second. */
  perSecond: number;
  /** `stated`: the callee's rate in the estate, shared out over its callers; `assumed`: the policy's word for what nobody says. */
  source: 'stated' | 'assumed';
  /** False where only the service's twin was seen to be called, by an address or a name of its own. */
  reachesUnit: boolean;
}

/**
 * Every call to a service of the estate, each caller and service once, with its rate. What the estate says of a service
 * is shared out over its callers by how often each was seen, which is all that tells them apart.
 */
export function callRates(view: EstateView): CallRate[] {
  const seen = sightings(view);
  const totals = new Map<string, number>();
  for (const { to, count } of seen) totals.set(to, (totals.get(to) ?? 0) + count);
  return seen.map(({ from, to, count, reachesUnit }) => {
    const stated = view.service(to)?.requestsPerSecond;
    if (stated === undefined) return { from, to, perSecond: view.estate.policy.waves.assumedRate, source: 'assumed', reachesUnit };
    return { from, to, perSecond: (stated * count) / (totals.get(to) ?? 1), source: 'stated', reachesUnit };
  });
}

interface Sighting {
  from: string;
  to: string;
  count: number;
  reachesUnit: boolean;
}

/** Each caller and service once, sorted, with how often the call was seen; a call that is only declared counts once. */
function sightings(view: EstateView): Sighting[] {
  const counts = new Map<string, Sighting>();
  for (const { from, to, evidence } of view.inventory.dependencies) {
    const service = view.serviceAt(to);
    if (service === undefined || view.service(service) === undefined || view.workload(from)?.service === service) continue;
    const key = JSON.stringify([from, service]);
    const call = counts.get(key) ?? { from, to: service, count: 0, reachesUnit: false };
    call.reachesUnit ||= view.workload(to)?.role !== 'twin';
    call.count += Math.max(...evidence.map(({ count }) => count));
    counts.set(key, call);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, call]) => call);
}
