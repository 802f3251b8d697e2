import type { Tally } from '../../plans/gate.ts';
import type { PublishedName, TrafficScope } from '../provider.ts';
import { backendsOf, twinBackends } from './names.ts';

/**
 * Envoy's own counters, which every proxy has, also where Istio's telemetry filters are not installed.
 * Source: Envoy "Cluster manager statistics": `upstream_rq_completed` counts each response once, also those that the
 * proxy makes itself when a backend cannot be reached; the class is a label because Istio's bootstrap makes it one
 * (`stats_tags` in envoy_bootstrap.json). Both must be within the mesh's `proxyStatsMatcher`.
 */
export const ALL = 'envoy_cluster_upstream_rq_completed';
export const BY_CLASS = 'envoy_cluster_upstream_rq';
export const FAILED = ',response_code_class="5xx"';

/** Escapes a literal for an RE2 matcher inside a PromQL string. */
const literal = (text: string): string => text.replace(/[.|\\+*?()[\]{}^$]/g, (character) => `\\\\${character}`);

/** Which series are this proxy's: a host by its scrape address, pods by namespace and name. */
export function proxyMatcher({ proxy }: TrafficScope): string {
  if ('host' in proxy) return `instance=~"${literal(proxy.address)}:.*"`;
  return `namespace="${proxy.namespace}",pod=~"${literal(proxy.name)}-[a-z0-9]+(-[a-z0-9]+)?"`;
}

/** A counter of one proxy for some of Envoy's clusters. */
export function series(scope: TrafficScope, clusters: readonly string[], counter: string, more = ''): string {
  return `${counter}{${proxyMatcher(scope)},cluster_name=~"${clusters.map(literal).join('|')}"${more}}`;
}

/** What was counted within the scope's window. */
export function increase(scope: TrafficScope, clusters: readonly string[], counter = ALL, more = ''): string {
  return `sum(increase(${series(scope, clusters, counter, more)}[${scope.windowSeconds}s]))`;
}

/** The names under which a caller's proxy knows a name's backends, of either side. */
export const allBackends = (name: PublishedName): string[] => [
  ...backendsOf(name, 'vm'),
  ...(twinBackends(name).length > 0 ? backendsOf(name, 'twin') : []),
];

export const nameOf = ({ proxy }: TrafficScope): string =>
  'host' in proxy ? proxy.host : `${proxy.namespace}/${proxy.name}`;

/** The same counters, as the proxies themselves tell them. */
export const tallyOf = (scopes: readonly TrafficScope[], clusters: readonly string[]): Tally => ({
  proxies: scopes.map(({ proxy }) =>
    'host' in proxy
      ? { host: proxy.host }
      : { cluster: proxy.cluster, namespace: proxy.namespace, kind: proxy.kind, name: proxy.name },
  ),
  clusters: [...clusters],
});
