import type { Measure, ProxyCost } from '../measure.ts';
import type { PlanCost } from './schema.ts';

/** What was measured of the mesh in one estate; null is not measured. */
export interface MeshCost {
  /** What a call takes longer for the two proxies that it passes, at the mean, in milliseconds. */
  callMs: number | null;
  /** Millicores of a host's proxy for 1,000 requests per second that pass it. */
  millicoresPerThousand: number | null;
  /** Of what is above the highest figure that the plan has of it, what it is. */
  above: ('latency' | 'CPU')[];
}

/** A call passes the proxies of both its sides. */
const PROXIES_OF_CALL = 2;

/** All proxies together, each by the requests that pass it. */
export function meshCost(proxies: readonly ProxyCost[], { p99Ms, millicoresPerThousand: cpu }: Measure['predicted']): MeshCost {
  const pass = meanOf(proxies.map(({ addedMs, perSecond }) => ({ sum: addedMs, weight: perSecond })));
  const used = proxies.filter(({ millicores, perSecond }) => millicores !== null && (perSecond ?? 0) > 0);
  const requests = used.reduce((sum, { perSecond }) => sum + (perSecond ?? 0), 0);
  const millicores = used.reduce((sum, one) => sum + (one.millicores ?? 0), 0);
  const callMs = pass === null ? null : pass * PROXIES_OF_CALL;
  const perThousand = requests > 0 ? (millicores / requests) * 1000 : null;
  return {
    callMs,
    millicoresPerThousand: perThousand,
    above: [
      ...(callMs !== null && callMs > p99Ms.high ? ['latency' as const] : []),
      ...(perThousand !== null && perThousand > cpu.high ? ['CPU' as const] : []),
    ],
  };
}

function meanOf(all: readonly { sum: number | null; weight: number | null }[]): number | null {
  const known = all.flatMap(({ sum, weight }) => (sum === null || weight === null || weight <= 0 ? [] : [{ sum, weight }]));
  const whole = known.reduce((sum, one) => sum + one.weight, 0);
  return whole > 0 ? known.reduce((sum, one) => sum + one.sum * one.weight, 0) / whole : null;
}

/** What the proxies of workloads that have yet to join will need, by what was measured in the place of what was published. */
export function forecast(
  { workloads }: PlanCost,
  { millicoresPerThousand }: MeshCost,
  joined: ReadonlySet<string>,
): { proxies: number; millicores: number | null } {
  const left = workloads.filter((entry) => !entry.workloads.every((id) => joined.has(id)));
  const perSecond = left.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  return {
    proxies: left.reduce((sum, { proxies }) => sum + proxies, 0),
    millicores: millicoresPerThousand === null ? null : (perSecond / 1000) * millicoresPerThousand,
  };
}
