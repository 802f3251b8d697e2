import type { MetricCheck } from '../../plans/gate.ts';
import type { PublishedName, TrafficScope } from '../provider.ts';
import { backendsOf } from './names.ts';
import { allBackends, BY_CLASS, FAILED, increase, nameOf, series, tallyOf } from './series.ts';

/** A tripwire has to see so many events, or it would trip over one. */
const TRIP_REQUESTS = 20;
/** So many of a proxy's new connections that fail in the handshake are no accident. */
const TRIP_HANDSHAKES = 0.2;
const TRIP_CONNECTIONS = 5;
/** So many requests expected: that none comes is no chance (e to the power of -20). */
const NEVER_NONE = 20;

/** What one proxy counted of some of Envoy's clusters, 0 where it knows them and counted nothing. */
type Count = (clusters: readonly string[], counter: string, more?: string) => string;

function countIn(scope: TrafficScope): Count {
  return (clusters, counter, more = '') => {
    const isKnown = `count(${series(scope, clusters, 'envoy_cluster_membership_total')}) > 0`;
    return `((${increase(scope, clusters, counter, more)} or vector(0)) and on() (${isKnown}))`;
  };
}

const handshakes = (count: Count, clusters: readonly string[]): string =>
  ['connection_error', 'fail_verify_error', 'fail_verify_san']
    .map((word) => count(clusters, `envoy_cluster_ssl_${word}`))
    .join(' + ');

/**
 * Limits that need no statistics, over the last seconds of one proxy's calls to a name: errors, and handshakes that fail
 * (Envoy "Cluster manager statistics", TLS: `ssl.connection_error` and `ssl.fail_verify_*`).
 *
 * Beside a VM they are on what the twin has more than the VM: going back gives calls to the VM, which must be the better
 * of both. A VM that answered nothing compares with nothing, and then errors decide nothing; new connections to a VM are
 * few, so that for handshakes nothing is as good as none failed.
 */
export function trips(
  scope: TrafficScope,
  name: PublishedName,
  { maxErrorRatio, forSeconds, besideVm }: { maxErrorRatio: number; forSeconds: number; besideVm: boolean },
): MetricCheck[] {
  const clusters = besideVm ? backendsOf(name, 'twin') : allBackends(name);
  const vm = backendsOf(name, 'vm');
  const within = { ...scope, windowSeconds: forSeconds };
  const count = countIn(within);
  const more = (bad: string, total: string, ratioOfVm: string): string =>
    besideVm ? `(${bad}) - (${total}) * (${ratioOfVm})` : bad;
  const ratio = (bad: string, total: string): string => `(${bad}) / (${total})`;
  const rest = {
    test: 'tripwire' as const,
    subject: subjectOf(scope, name, besideVm),
    forSeconds,
    tally: tallyOf([scope], clusters),
  };
  const completed = count(clusters, 'envoy_cluster_upstream_rq_completed');
  const opened = count(clusters, 'envoy_cluster_upstream_cx_total');
  const errorsOfVm = ratio(count(vm, BY_CLASS, FAILED), count(vm, 'envoy_cluster_upstream_rq_completed'));
  const handshakesOfVm = ratio(handshakes(count, vm), count(vm, 'envoy_cluster_upstream_cx_total'));
  return [
    ...(name.protocol === 'http'
      ? [
          {
            name: 'error-burst' as const,
            ...rest,
            query: more(count(clusters, BY_CLASS, FAILED), completed, errorsOfVm),
            total: completed,
            max: maxErrorRatio,
            minRequests: TRIP_REQUESTS,
          },
        ]
      : []),
    {
      name: 'handshakes',
      ...rest,
      query: more(handshakes(count, clusters), opened, `${handshakesOfVm} > 0 or vector(0)`),
      total: opened,
      max: TRIP_HANDSHAKES,
      minRequests: TRIP_CONNECTIONS,
    },
  ];
}

const subjectOf = (scope: TrafficScope, { hostname, twins }: PublishedName, besideVm: boolean): string =>
  `${nameOf(scope)} to ${hostname}${besideVm ? ` on its ${twins ? 'twins' : 'twin'}, beside the VM` : ''}`;

/** That a proxy sends anything at all: for calls so frequent that a pause is none of chance. */
export function silence(scope: TrafficScope, name: PublishedName, forSeconds: number): MetricCheck {
  const clusters = allBackends(name);
  const query = increase({ ...scope, windowSeconds: forSeconds }, clusters);
  return {
    name: 'silence',
    test: 'tripwire',
    subject: subjectOf(scope, name, false),
    query,
    min: 0.5,
    minRequests: 0,
    forSeconds,
    tally: tallyOf([scope], clusters),
  };
}

/**
 * That the twin answers while the VM does: requests of the one for each request of the other. It trips where the VM has
 * answered so many that the twin's silence is none of chance; where both are silent it is not the twin's fault.
 *
 * @param share of the twin, between 0 and 1
 */
export function silenceBeside(
  scope: TrafficScope,
  name: PublishedName,
  forSeconds: number,
  share: number,
): MetricCheck {
  const [twin, vm] = [backendsOf(name, 'twin'), backendsOf(name, 'vm')];
  const within = { ...scope, windowSeconds: forSeconds };
  const expected = share / (1 - share);
  return {
    name: 'silence',
    test: 'tripwire',
    subject: subjectOf(scope, name, true),
    query: `(${increase(within, twin)} or vector(0))`,
    total: increase(within, vm),
    // Half a request where so many are expected.
    min: Number((expected / NEVER_NONE / 2).toPrecision(3)),
    minRequests: Math.ceil(NEVER_NONE / expected),
    forSeconds,
    tally: tallyOf([scope], twin),
  };
}
