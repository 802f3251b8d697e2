import type { CheckBy, MetricCheck } from '../../plans/gate.ts';
import type { Judging, PublishedName, TrafficScope } from '../provider.ts';
import { backendsOf } from './names.ts';
import { allBackends, increase, nameOf, series, tallyOf } from './series.ts';
import { errorsSince } from './since.ts';
import { errorsAlone, errorsBeside } from './tests.ts';

/**
 * Connections stand for requests where the proxy reads none: those that were opened in the window, and those that still
 * are. Source: Envoy "Cluster manager statistics": `upstream_cx_total`, `upstream_cx_active`, `upstream_cx_connect_fail`.
 */
const connections = (scope: TrafficScope, clusters: string[]): string =>
  `(${increase(scope, clusters, 'envoy_cluster_upstream_cx_total')} + sum(${series(scope, clusters, 'envoy_cluster_upstream_cx_active')}))`;

const refusals = (scope: TrafficScope, clusters: string[]): string =>
  `(${increase(scope, clusters, 'envoy_cluster_upstream_cx_connect_fail')} or vector(0))`;

/** That there is traffic, and how much of it fails: requests by a sequential test, connections by a threshold. */
function pair(subject: string, of: Counted, judging: Judging): MetricCheck[] {
  const { scope, clusters, protocol } = of;
  if (protocol === 'http') return [traffic(subject, of), errorsAlone(subject, [scope], clusters, judging)];
  const query = refusals(scope, clusters);
  const total = connections(scope, clusters);
  return [
    traffic(subject, of),
    {
      name: 'error-rate',
      test: 'threshold',
      subject,
      query,
      total,
      max: judging.baseline,
      minRequests: 1,
      tally: tallyOf([scope], clusters),
    },
  ];
}

function traffic(subject: string, { scope, clusters, protocol }: Counted): MetricCheck {
  const isHttp = protocol === 'http';
  const query = isHttp ? increase(scope, clusters) : connections(scope, clusters);
  // A pool of connections is opened once and kept: one of them is traffic enough.
  const minRequests = isHttp ? scope.minRequests : 1;
  return { name: 'traffic', test: 'threshold', subject, query, min: 1, minRequests, tally: tallyOf([scope], clusters) };
}

interface Counted {
  scope: TrafficScope;
  clusters: string[];
  protocol: PublishedName['protocol'];
}

/**
 * Seldom calls: whatever their number, none of them failed. A proxy that is not scraped, or does not know the backend, has
 * no series of its endpoints either, and then nothing is decided (Envoy "Cluster manager statistics": `membership_total`).
 */
export function failed(scope: TrafficScope, name: PublishedName, besideVm = false): MetricCheck {
  const clusters = besideVm ? backendsOf(name, 'twin') : allBackends(name);
  const count = name.protocol === 'http' ? `(${errorsSince([scope], clusters)})` : refusals(scope, clusters);
  const isScraped = `count(${series(scope, clusters, 'envoy_cluster_membership_total')}) > 0`;
  const subject = `errors of ${nameOf(scope)} to ${name.hostname}${besideVm ? ` on its ${twinWord(name)}` : ''}`;
  return {
    name: 'error-count',
    test: 'threshold',
    subject,
    query: `${count} and on() (${isScraped})`,
    max: 0,
    minRequests: 0,
    tally: tallyOf([scope], clusters),
  };
}

export function received(
  scope: TrafficScope,
  { port, protocol }: Pick<PublishedName, 'port' | 'protocol'>,
  judging: Judging,
): MetricCheck[] {
  const what = protocol === 'http' ? 'requests' : 'connections';
  return pair(
    `${what} to port ${port} of ${nameOf(scope)}`,
    { scope, clusters: [`inbound|${port}||`], protocol },
    judging,
  );
}

export function sent(scope: TrafficScope, name: PublishedName, judging: Judging): MetricCheck[] {
  return pair(`${nameOf(scope)} to ${name.hostname}`, counted(scope, name), judging);
}

const counted = (scope: TrafficScope, name: PublishedName): Counted => ({
  scope,
  clusters: allBackends(name),
  protocol: name.protocol,
});

/** That a caller sends something to a published name, whatever comes of it. */
export const calls = (scope: TrafficScope, name: PublishedName): MetricCheck =>
  traffic(`${nameOf(scope)} to ${name.hostname}`, counted(scope, name));

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

export function share(scopes: TrafficScope[], name: PublishedName, expected: Expected): CheckBy<'threshold'> {
  return {
    name: 'traffic-share',
    test: 'threshold',
    subject: `share of ${name.hostname} on its ${twinWord(name)}`,
    query: sum(scopes, backendsOf(name, 'twin'), name),
    total: sum(scopes, allBackends(name), name),
    ...expected,
    // More than its share means that the VM answered less than its own: to give it more would be no way back.
    overMax: 'inconclusive',
    minRequests: name.protocol === 'http' ? Math.max(...scopes.map(({ minRequests }) => minRequests)) : 1,
    tally: tallyOf(scopes, allBackends(name)),
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
    tally: tallyOf([...scopes, vm], [...allBackends(name), `inbound|${name.port}||`]),
  };
}

/**
 * The rules of several twins share the VM's backend, so a proxy counts no share for each of them: the share is told of all in
 * sum. A twin that fails could hide in that sum, or be called by nobody: each was called, and answers as the others do.
 */
export function ofEachTwin(
  scopes: TrafficScope[],
  name: PublishedName,
  judging: Judging,
  besideVm: boolean,
): MetricCheck[] {
  return (name.twins ?? []).flatMap((twin): MetricCheck[] => {
    const clusters = backendsOf({ ...name, twins: [twin] }, 'twin');
    const check = besideVm
      ? errorsBeside(scopes, name, judging, twin.name)
      : errorsAlone(`calls of ${name.hostname} on twin ${twin.name}`, scopes, clusters, judging);
    return [{ ...check, minRequests: 1 }];
  });
}

/** Errors of what the callers send to a name: of its twins beside the VM's where there is one, else of all of it. */
export function errorsOfShift(
  scopes: TrafficScope[],
  name: PublishedName,
  judging: Judging,
  besideVm: boolean,
): MetricCheck {
  if (besideVm) return errorsBeside(scopes, name, judging);
  return errorsAlone(`${name.hostname} on its ${twinWord(name)}`, scopes, allBackends(name), judging);
}
