import type { CheckBy, MetricCheck } from '../../plans/gate.ts';
import type { Judging, PublishedName, TrafficScope } from '../provider.ts';
import { backendsOf } from './names.ts';
import { allBackends, FAILED, BY_CLASS, increase, nameOf, series, tallyOf } from './series.ts';
import { bucketsSince, errorsSince, requestsSince } from './since.ts';

/** The e-value at which one test alone fails at the level of a whole stage, 1 %. A gate shares it out over its tests. */
const WHOLE_LEVEL = 100;

const most = (scopes: readonly TrafficScope[]): number => Math.max(...scopes.map(({ minRequests }) => minRequests));

const countsOf = (scopes: readonly TrafficScope[], clusters: readonly string[]): CheckBy<'errors'>['judged'] => ({
  requests: requestsSince(scopes, clusters),
  errors: errorsSince(scopes, clusters),
  tally: tallyOf(scopes, clusters),
});

/** Errors of requests that have nothing beside them: against the baseline. */
export function errorsAlone(
  subject: string,
  scopes: readonly TrafficScope[],
  clusters: readonly string[],
  { baseline, effect }: Judging,
): CheckBy<'errors'> {
  const judged = countsOf(scopes, clusters);
  return {
    name: 'error-rate',
    test: 'errors',
    subject,
    judged,
    baseline,
    effect,
    stopAt: WHOLE_LEVEL,
    minRequests: most(scopes),
  };
}

/** The clusters of a name's twins; of one of several twins, its own. */
const twinClusters = (name: PublishedName, twin?: string): string[] =>
  backendsOf(
    twin === undefined ? name : { ...name, twins: name.twins?.filter((one) => one.name === twin) ?? [] },
    'twin',
  );

/** Errors of what the callers' proxies send to the twin, beside what they send to the VM. */
export function errorsBeside(
  scopes: readonly TrafficScope[],
  name: PublishedName,
  judging: Judging,
  twin?: string,
): CheckBy<'errors'> {
  const subject =
    twin === undefined
      ? `${name.hostname} on its ${name.twins ? 'twins' : 'twin'}`
      : `calls of ${name.hostname} on twin ${twin}`;
  const alone = errorsAlone(`${subject}, beside the VM`, scopes, twinClusters(name, twin), judging);
  const control = countsOf(scopes, backendsOf(name, 'vm'));
  return { ...alone, control };
}

/** How much slower a twin may be than its VM: where it runs and how far away differ, and that is no fault. */
const SLOWER = 2;

/** Latencies of the twin beside those of the VM, by the callers' proxies. */
export function latencyBeside(scopes: readonly TrafficScope[], name: PublishedName): CheckBy<'latency'> {
  const side = (clusters: readonly string[]): CheckBy<'latency'>['judged'] => ({
    buckets: bucketsSince(scopes, clusters),
    tally: tallyOf(scopes, clusters),
  });
  return {
    name: 'latency',
    test: 'latency',
    subject: `${name.hostname} on its ${name.twins ? 'twins' : 'twin'}, beside the VM`,
    judged: side(twinClusters(name)),
    control: side(backendsOf(name, 'vm')),
    tolerance: SLOWER,
    stopAt: WHOLE_LEVEL,
    minRequests: most(scopes),
  };
}

/** A tripwire has to see so many events, or it would trip over one. */
const TRIP_REQUESTS = 20;
/** So many of a proxy's new connections that fail in the handshake are no accident. */
const TRIP_HANDSHAKES = 0.2;
const TRIP_CONNECTIONS = 5;

/**
 * Limits that need no statistics, over the last seconds of one proxy's calls to a name: errors, and handshakes that fail
 * (Envoy "Cluster manager statistics", TLS: `ssl.connection_error` and `ssl.fail_verify_*`).
 */
export function trips(
  scope: TrafficScope,
  name: PublishedName,
  { maxErrorRatio, forSeconds }: { maxErrorRatio: number; forSeconds: number },
): MetricCheck[] {
  const clusters = allBackends(name);
  const within = { ...scope, windowSeconds: forSeconds };
  const isKnown = `count(${series(scope, clusters, 'envoy_cluster_membership_total')}) > 0`;
  const count = (counter: string, more = ''): string =>
    `((${increase(within, clusters, counter, more)} or vector(0)) and on() (${isKnown}))`;
  const badHandshakes = ['connection_error', 'fail_verify_error', 'fail_verify_san'].map((word) =>
    count(`envoy_cluster_ssl_${word}`),
  );
  const rest = {
    test: 'tripwire' as const,
    subject: `${nameOf(scope)} to ${name.hostname}`,
    forSeconds,
    tally: tallyOf([scope], clusters),
  };
  return [
    ...(name.protocol === 'http'
      ? [
          {
            name: 'error-burst' as const,
            ...rest,
            query: count(BY_CLASS, FAILED),
            total: count('envoy_cluster_upstream_rq_completed'),
            max: maxErrorRatio,
            minRequests: TRIP_REQUESTS,
          },
        ]
      : []),
    {
      name: 'handshakes',
      ...rest,
      query: badHandshakes.join(' + '),
      total: count('envoy_cluster_upstream_cx_total'),
      max: TRIP_HANDSHAKES,
      minRequests: TRIP_CONNECTIONS,
    },
  ];
}

/** That a proxy sends anything at all: for calls so frequent that a pause is none of chance. */
export function silence(scope: TrafficScope, name: PublishedName, forSeconds: number): MetricCheck {
  const clusters = allBackends(name);
  const query = increase({ ...scope, windowSeconds: forSeconds }, clusters);
  const subject = `${nameOf(scope)} to ${name.hostname}`;
  return {
    name: 'silence',
    test: 'tripwire',
    subject,
    query,
    min: 0.5,
    minRequests: 0,
    forSeconds,
    tally: tallyOf([scope], clusters),
  };
}
