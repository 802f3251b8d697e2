import type { CheckBy } from '../../plans/gate.ts';
import type { Judging, PublishedName, TrafficScope } from '../provider.ts';
import { backendsOf } from './names.ts';
import { tallyOf } from './series.ts';
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
