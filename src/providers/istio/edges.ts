import type { ReplayEdge } from '../../plans/gate.ts';
import type { PublishedName, TrafficScope } from '../provider.ts';
import { allBackends, nameOf, proxyMatcher, series } from './series.ts';
import { added, errorsSince, requestsSince } from './since.ts';

/**
 * All of these proxies are scraped: each knows some cluster (Envoy "Cluster manager statistics": `membership_total`). A call
 * that a proxy has never made has no series, and so none is 0 there, and no data where nobody looks.
 */
const scraped = (scopes: readonly TrafficScope[]): string =>
  scopes
    .map((scope) => `count(envoy_cluster_membership_total{${proxyMatcher(scope)}}) > 0`)
    .map((one) => `(${one})`)
    .join(' and on() ');

/** Connections stand for requests where a proxy reads none; one that is held is a call that goes on. */
function tcpCalls(scopes: readonly TrafficScope[], clusters: readonly string[]): string {
  const held = added(scopes.map((scope) => `sum(${series(scope, clusters, 'envoy_cluster_upstream_cx_active')})`));
  return `(${requestsSince(scopes, clusters, 'envoy_cluster_upstream_cx_total')} or vector(0)) + (${held} or vector(0))`;
}

function counted(
  subject: string,
  scopes: readonly TrafficScope[],
  clusters: readonly string[],
  protocol: PublishedName['protocol'],
): ReplayEdge {
  const ifScraped = (query: string): string => `((${query}) and on() (${scraped(scopes)}))`;
  const isHttp = protocol === 'http';
  const refused = requestsSince(scopes, clusters, 'envoy_cluster_upstream_cx_connect_fail');
  return {
    subject,
    calls: ifScraped(isHttp ? `${requestsSince(scopes, clusters)} or vector(0)` : tcpCalls(scopes, clusters)),
    failed: ifScraped(isHttp ? errorsSince(scopes, clusters) : 'vector(0)'),
    refused: ifScraped(`${refused} or vector(0)`),
  };
}

/** What one caller's proxies send to a name, whatever stands behind it. */
export function edge(scopes: TrafficScope[], name: PublishedName): ReplayEdge {
  const callers = scopes.map(nameOf).join(' and ');
  return counted(`${callers} to ${name.hostname}`, scopes, allBackends(name), name.protocol);
}

/** What reaches a VM's port, of whoever calls it. */
export function arrivals(
  scope: TrafficScope,
  { port, protocol }: Pick<PublishedName, 'port' | 'protocol'>,
): ReplayEdge {
  return counted(`all callers to port ${port} of ${nameOf(scope)}`, [scope], [`inbound|${port}||`], protocol);
}
