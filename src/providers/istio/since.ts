import type { TrafficScope } from '../provider.ts';
import { ALL, BY_CLASS, FAILED, proxyMatcher, series } from './series.ts';

/**
 * What one proxy counted since the bake began, series by series: the newest value less that of then. It is no `increase`,
 * which extrapolates: a test that counts errors would count some that nobody saw.
 *
 * - A counter that fell began anew, with its proxy: what it has since is counted, and what it had before is not.
 * - A series that was not there is counted whole if it cannot be older than the bake: its proxy was scraped then, and a
 *   proxy makes the series of an error class with the first such error, and those of a cluster with its first use; or the
 *   proxy has started since (`envoy_server_uptime`). Otherwise nobody knows since when it counts, and it is left out.
 */
function sinceThen(scope: TrafficScope, clusters: readonly string[], counter: string, more: string): string {
  const now = series(scope, clusters, counter, more);
  const seen = 'up offset $SINCE == 1';
  const young = `envoy_server_uptime{${proxyMatcher(scope)}} < $SECONDS`;
  return `((${now} - ${now} offset $SINCE) >= 0 or ${now} and on(instance) (${seen}) or ${now} and on(instance) (${young}))`;
}

/** Requests since the bake began, or what another counter has counted. No data where no proxy has the clusters. */
export function requestsSince(scopes: readonly TrafficScope[], clusters: readonly string[], counter = ALL): string {
  return added(scopes.map((scope) => `sum(${sinceThen(scope, clusters, counter, '')})`));
}

/** Errors since then: 0, not no data, where there was none. `requestsSince` tells these apart. */
export function errorsSince(scopes: readonly TrafficScope[], clusters: readonly string[]): string {
  return scopes.map((scope) => `(sum(${sinceThen(scope, clusters, BY_CLASS, FAILED)}) or vector(0))`).join(' + ');
}

/** Latencies since then by bucket (Envoy "Cluster manager statistics": `upstream_rq_time`, in milliseconds). */
export function bucketsSince(scopes: readonly TrafficScope[], clusters: readonly string[]): string {
  const each = scopes.map((scope) => sinceThen(scope, clusters, 'envoy_cluster_upstream_rq_time_bucket', ''));
  return `sum by (le) (${each.join(' or ')})`;
}

/** A sum over proxies, some of which may have no data: of none of them there is none. */
export const added = (sums: readonly string[]): string =>
  sums.length === 1
    ? (sums[0] ?? '')
    : `sum(${sums.map((one, at) => `label_replace(${one}, "at", "${at}", "", "")`).join(' or ')})`;
