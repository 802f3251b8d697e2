import type { MetricCheck } from '../../plans/gate.ts';
import type { PublishedName, TrafficScope } from '../provider.ts';
import { backendOf } from './names.ts';

/**
 * Queries on Envoy's own counters, which every proxy has, also where Istio's telemetry filters are not installed.
 * Source: Envoy "Cluster manager statistics": `upstream_rq_completed` counts each response once, also those that the
 * proxy makes itself when a backend cannot be reached; the class is a label because Istio's bootstrap makes it one
 * (`stats_tags` in envoy_bootstrap.json). Both must be within the mesh's `proxyStatsMatcher`.
 */
const ALL = 'envoy_cluster_upstream_rq_completed';
const BY_CLASS = 'envoy_cluster_upstream_rq';

/** Escapes a literal for an RE2 matcher inside a PromQL string. */
const literal = (text: string): string => text.replace(/[.|\\+*?()[\]{}^$]/g, (character) => `\\\\${character}`);

/** Which series are this proxy's: a host by its scrape address, pods by namespace and name. */
function proxyMatcher(scope: TrafficScope): string {
  const { proxy } = scope;
  if ('host' in proxy) return `instance=~"${literal(proxy.address)}:.*"`;
  return `namespace="${proxy.namespace}",pod=~"${literal(proxy.name)}-[a-z0-9]+(-[a-z0-9]+)?"`;
}

function increase(scope: TrafficScope, clusters: string[], counter = ALL, more = ''): string {
  const names = clusters.map(literal).join('|');
  return `sum(increase(${counter}{${proxyMatcher(scope)},cluster_name=~"${names}"${more}}[${scope.windowSeconds}s]))`;
}

/** The error class's series does not exist before the first error; `total` tells a proxy without data from one without errors. */
const errors = (scope: TrafficScope, clusters: string[]): string =>
  `(${increase(scope, clusters, BY_CLASS, ',response_code_class="5xx"')} or vector(0))`;

function pair(subject: string, scope: TrafficScope, clusters: string[], maxErrorRatio: number): MetricCheck[] {
  const total = increase(scope, clusters);
  const { minRequests } = scope;
  return [
    { name: 'traffic', subject, query: total, min: 1, minRequests },
    { name: 'error-rate', subject, query: errors(scope, clusters), total, max: maxErrorRatio, minRequests },
  ];
}

const nameOf = ({ proxy }: TrafficScope): string => ('host' in proxy ? proxy.host : `${proxy.namespace}/${proxy.name}`);

export function received(scope: TrafficScope, port: number, maxErrorRatio: number): MetricCheck[] {
  return pair(`requests to port ${port} of ${nameOf(scope)}`, scope, [`inbound|${port}||`], maxErrorRatio);
}

const backendsOf = (name: PublishedName): string[] =>
  name.twin ? [backendOf(name, 'vm'), backendOf(name, 'twin')] : [backendOf(name, 'vm')];

export function sent(scope: TrafficScope, name: PublishedName, maxErrorRatio: number): MetricCheck[] {
  return pair(`${nameOf(scope)} to ${name.hostname}`, scope, backendsOf(name), maxErrorRatio);
}

export function share(
  scopes: TrafficScope[],
  name: PublishedName,
  expected: { min: number; max: number },
): MetricCheck {
  const sum = (clusters: string[]): string =>
    scopes.map((scope) => `(${increase(scope, clusters)} or vector(0))`).join(' + ');
  return {
    name: 'traffic-share',
    subject: `share of ${name.hostname} on its twin`,
    query: sum([backendOf(name, 'twin')]),
    total: sum(backendsOf(name)),
    ...expected,
    minRequests: Math.max(...scopes.map(({ minRequests }) => minRequests)),
  };
}
