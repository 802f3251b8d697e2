import { SKEW_ERROR_MS } from '../../inventory/clock-skew.ts';
import { otherAuthority } from '../../inventory/authority.ts';
import type { Check } from '../check.ts';
import { type EstateView, placeOf } from '../view.ts';

/** How long the control plane may be away, where the estate does not say: an incident and its repair. */
const OUTAGE_SECONDS = 3600;

/**
 * Whether a joined host stays trusted: its clock is that of the cluster, and its certificate outlives an outage of the control
 * plane. Both are answered from one look at the host.
 */
export function trustChecks(view: EstateView, host: string): Check[] {
  const { gate } = view.estate.policy;
  const { cluster } = view.estate.provider;
  const mesh = view.cluster(cluster)?.mesh;
  const seconds = gate.outageSeconds ?? OUTAGE_SECONDS;
  const needsToken = mesh && otherAuthority(mesh) !== undefined;
  return [
    { check: 'host.clock', host, cluster, maxSkewSeconds: gate.maxClockSkewSeconds ?? SKEW_ERROR_MS / 1000 },
    { check: 'credential.outlives', host, seconds, ...(needsToken && { token: true }) },
  ];
}

/** The same of every joined host that calls some services: weights and mutual TLS are kept by its proxy. */
export function trustOfCallers(view: EstateView, services: readonly string[]): Check[] {
  const callers = services.flatMap((name) => view.callersOf(name));
  const hosts = new Set(callers.flatMap((caller) => placeOf(caller)?.host ?? []));
  return [...hosts].filter((host) => view.host(host) && view.hostJoins(host)).flatMap((host) => trustChecks(view, host));
}
