import type { TrafficScope } from '../provider.ts';
import { proxyMatcher } from './series.ts';

/** Of the connection managers and clusters of the mesh's own listeners: not those of metrics, health and the agent. */
const MANAGERS = 'http_conn_manager_prefix=~"(in|out)bound_.*"';
const CLUSTERS = 'cluster_name=~"(in|out)bound[|].*"';

const within = (scope: TrafficScope, metric: string, of: string): string =>
  `sum(increase(${metric}{${proxyMatcher(scope)},${of}}[${scope.windowSeconds}s]))`;

const passed = (scope: TrafficScope): string => within(scope, 'envoy_http_downstream_rq_time_count', MANAGERS);

/**
 * Milliseconds that a request spends in a proxy, at the mean: all that it took for whoever sent it, less what the proxy
 * waited for the answer (Envoy "HTTP connection manager": `downstream_rq_time`; "Cluster manager statistics":
 * `upstream_rq_time`). Both are of the same requests, so that nothing of the network or of a server is in it.
 */
export function added(scope: TrafficScope): string {
  const took = within(scope, 'envoy_http_downstream_rq_time_sum', MANAGERS);
  const waited = within(scope, 'envoy_cluster_upstream_rq_time_sum', CLUSTERS);
  return `(${took} - ${waited}) / ${passed(scope)}`;
}

/** Requests per second that pass a proxy, those received and those sent. */
export const passing = (scope: TrafficScope): string => `${passed(scope)} / ${scope.windowSeconds}`;
