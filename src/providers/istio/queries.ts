import type { MetricCheck } from '../../plans/gate.ts';
import type { PublishedName, TrafficScope } from '../provider.ts';
import { backendsOf, twinBackends } from './names.ts';

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

function series(scope: TrafficScope, clusters: string[], counter: string, more = ''): string {
  return `${counter}{${proxyMatcher(scope)},cluster_name=~"${clusters.map(literal).join('|')}"${more}}`;
}

function increase(scope: TrafficScope, clusters: string[], counter = ALL, more = ''): string {
  return `sum(increase(${series(scope, clusters, counter, more)}[${scope.windowSeconds}s]))`;
}

/** The error class's series does not exist before the first error; `total` tells a proxy without data from one without errors. */
const errors = (scope: TrafficScope, clusters: string[]): string =>
  `(${increase(scope, clusters, BY_CLASS, ',response_code_class="5xx"')} or vector(0))`;

/**
 * Connections stand for requests where the proxy reads none: those that were opened in the window, and those that still
 * are. Source: Envoy "Cluster manager statistics": `upstream_cx_total`, `upstream_cx_active`, `upstream_cx_connect_fail`.
 */
const connections = (scope: TrafficScope, clusters: string[]): string =>
  `(${increase(scope, clusters, 'envoy_cluster_upstream_cx_total')} + sum(${series(scope, clusters, 'envoy_cluster_upstream_cx_active')}))`;

const refusals = (scope: TrafficScope, clusters: string[]): string =>
  `(${increase(scope, clusters, 'envoy_cluster_upstream_cx_connect_fail')} or vector(0))`;

function pair(subject: string, of: Counted, maxErrorRatio: number): MetricCheck[] {
  const { scope, clusters, protocol } = of;
  const isHttp = protocol === 'http';
  const total = isHttp ? increase(scope, clusters) : connections(scope, clusters);
  const query = isHttp ? errors(scope, clusters) : refusals(scope, clusters);
  // A pool of connections is opened once and kept: one of them is traffic enough.
  const minRequests = isHttp ? scope.minRequests : 1;
  return [
    { name: 'traffic', subject, query: total, min: 1, minRequests },
    { name: 'error-rate', subject, query, total, max: maxErrorRatio, minRequests },
  ];
}

interface Counted {
  scope: TrafficScope;
  clusters: string[];
  protocol: PublishedName['protocol'];
}

const nameOf = ({ proxy }: TrafficScope): string => ('host' in proxy ? proxy.host : `${proxy.namespace}/${proxy.name}`);

/**
 * Seldom calls: whatever their number, none of them failed. A proxy that is not scraped, or does not know the backend, has
 * no series of its endpoints either, and then nothing is decided (Envoy "Cluster manager statistics": `membership_total`).
 */
export function failed(scope: TrafficScope, name: PublishedName): MetricCheck {
  const clusters = allBackends(name);
  const count = (name.protocol === 'http' ? errors : refusals)(scope, clusters);
  const isScraped = `count(${series(scope, clusters, 'envoy_cluster_membership_total')}) > 0`;
  const subject = `errors of ${nameOf(scope)} to ${name.hostname}`;
  return { name: 'error-count', subject, query: `${count} and on() (${isScraped})`, max: 0, minRequests: 0 };
}

export function received(
  scope: TrafficScope,
  { port, protocol }: Pick<PublishedName, 'port' | 'protocol'>,
  maxErrorRatio: number,
): MetricCheck[] {
  const what = protocol === 'http' ? 'requests' : 'connections';
  return pair(
    `${what} to port ${port} of ${nameOf(scope)}`,
    { scope, clusters: [`inbound|${port}||`], protocol },
    maxErrorRatio,
  );
}

const allBackends = (name: PublishedName): string[] => [
  ...backendsOf(name, 'vm'),
  ...(twinBackends(name).length > 0 ? backendsOf(name, 'twin') : []),
];

export function sent(scope: TrafficScope, name: PublishedName, maxErrorRatio: number): MetricCheck[] {
  const { protocol } = name;
  return pair(`${nameOf(scope)} to ${name.hostname}`, { scope, clusters: allBackends(name), protocol }, maxErrorRatio);
}

interface Expected {
  min: number;
  max: number;
}

/** What is shared out: requests; or connections, those that were opened in the window and those that are held. */
const shared = (scope: TrafficScope, clusters: string[], { protocol }: Pick<PublishedName, 'protocol'>): string =>
  protocol === 'http' ? increase(scope, clusters) : connections(scope, clusters);

const sum = (scopes: TrafficScope[], clusters: string[], name: PublishedName): string =>
  scopes.map((scope) => `(${shared(scope, clusters, name)} or vector(0))`).join(' + ');

const twinWord = ({ twins }: PublishedName): string => (twins ? 'twins' : 'twin');

export function share(scopes: TrafficScope[], name: PublishedName, expected: Expected): MetricCheck {
  return {
    name: 'traffic-share',
    subject: `share of ${name.hostname} on its ${twinWord(name)}`,
    query: sum(scopes, backendsOf(name, 'twin'), name),
    total: sum(scopes, allBackends(name), name),
    ...expected,
    minRequests: name.protocol === 'http' ? Math.max(...scopes.map(({ minRequests }) => minRequests)) : 1,
  };
}

/** As `share`, but what the VM got is counted by its own proxy: who follows no weights is in it. */
export function shareOfArrivals(
  scopes: TrafficScope[],
  vm: TrafficScope,
  name: PublishedName,
  expected: Expected,
): MetricCheck {
  const twin = sum(scopes, backendsOf(name, 'twin'), name);
  return {
    ...share(scopes, name, expected),
    subject: `share of ${name.hostname} on its ${twinWord(name)}, of all that arrives`,
    // Without the VM's own series nothing is decided: they have been there since it joined.
    total: `${twin} + ${shared(vm, [`inbound|${name.port}||`], name)}`,
  };
}

/**
 * The rules of several twins share the VM's backend, so a proxy counts no share for each of them: the share is told of all in
 * sum. A twin that fails could hide in that sum, or be called by nobody: each was called, and answers as the others do.
 */
export function ofEachTwin(scopes: TrafficScope[], name: PublishedName, maxErrorRatio: number): MetricCheck[] {
  return (name.twins ?? []).flatMap((twin): MetricCheck[] => {
    const clusters = backendsOf({ ...name, twins: [twin] }, 'twin');
    const total = sum(scopes, clusters, name);
    const query = scopes.map((scope) => errors(scope, clusters)).join(' + ');
    const subject = `calls of ${name.hostname} on twin ${twin.name}`;
    return [{ name: 'error-rate', subject, query, total, max: maxErrorRatio, minRequests: 1 }];
  });
}
