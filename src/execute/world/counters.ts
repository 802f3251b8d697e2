import type { Selector } from './promql-parse.ts';
import type { Series, SeriesSource } from './promql.ts';

/** The proxy that counts, by the labels of its series. */
export type ProxyLabels = Readonly<Record<string, string>>;

/** What one proxy sends to, or takes for, one of Envoy's clusters, per second. */
export interface Flow {
  proxy: ProxyLabels;
  cluster: string;
  protocol: 'http' | 'tcp';
  perSecond: number;
  /** Of these, answered with an error, and answered slowly; 0 to 1. */
  errors: number;
  slow: number;
}

/** How a backend answers that is well, and one that is slow, in milliseconds at the median: exponential, as queues are. */
const [MEDIAN_MS, SLOW_MS] = [8, 40];
/** Bounds of Envoy's histograms, in milliseconds ("Statistics", `histogram_bucket_settings`). */
const BOUNDS = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

type Sum = 'requests' | 'errors' | 'slow';
const SUMS: readonly Sum[] = ['requests', 'errors', 'slow'];
type Sums = Record<Sum, number>;

/** Sums that grow along straight lines between the moments at which something changed. */
interface Counter {
  labels: Readonly<Record<string, string>>;
  protocol: 'http' | 'tcp';
  moments: { ms: number; sums: Sums }[];
  rates: Sums;
}

const zero = (): Sums => ({ requests: 0, errors: 0, slow: 0 });

/** All that the proxies of the model have counted, and the series a metrics server would have of it. */
export class Counters implements SeriesSource {
  readonly #counters = new Map<string, Counter>();
  readonly #selected = new WeakMap<Selector, { size: number; found: Counter[] }>();

  /** From now on these flows, and no others. */
  set(flows: readonly Flow[], nowMs: number): void {
    const rates = new Map<Counter, Sums>();
    for (const flow of flows) {
      const counter = this.#counterOf(flow, nowMs);
      const sums = rates.get(counter) ?? zero();
      sums.requests += flow.perSecond;
      sums.errors += flow.perSecond * flow.errors;
      sums.slow += flow.perSecond * flow.slow;
      rates.set(counter, sums);
    }
    for (const counter of this.#counters.values()) turn(counter, rates.get(counter) ?? zero(), nowMs);
  }

  #counterOf({ proxy, cluster, protocol }: Flow, nowMs: number): Counter {
    const key = `${proxy['instance'] ?? `${proxy['namespace'] ?? ''}/${proxy['pod'] ?? ''}`} ${cluster}`;
    const there = this.#counters.get(key);
    if (there) return there;
    const labels = { ...proxy, cluster_name: cluster };
    const made: Counter = { labels, protocol, moments: [{ ms: nowMs, sums: zero() }], rates: zero() };
    this.#counters.set(key, made);
    return made;
  }

  /** The clusters to which a proxy has sent something since then. */
  calledBy(proxy: ProxyLabels, sinceMs: number): string[] {
    const isOf = ({ labels }: Counter): boolean =>
      Object.entries(proxy).every(([name, value]) => labels[name] === value);
    return [...this.#counters.values()].flatMap((counter) => {
      const { moments, rates, labels } = counter;
      const last = moments.at(-1)?.sums.requests ?? 0;
      return isOf(counter) && (rates.requests > 0 || last > sumsAt(counter, sinceMs).requests)
        ? [labels['cluster_name'] ?? '']
        : [];
    });
  }

  select(selector: Selector): Series[] {
    return this.#of(selector).flatMap((counter) =>
      seriesOf(selector, counter).map((one) => ({ ...one, sinceMs: counter.moments[0]?.ms ?? 0 })),
    );
  }

  /** By the labels that a counter itself has; those that tell series of one counter apart come later. */
  #of(selector: Selector): Counter[] {
    const before = this.#selected.get(selector);
    if (before?.size === this.#counters.size) return before.found;
    const fits = ({ labels }: Counter): boolean =>
      selector.labels.every(({ name, matches }) => OWN_LABELS.includes(name) || matches(labels[name] ?? ''));
    const found = [...this.#counters.values()].filter(fits);
    this.#selected.set(selector, { size: this.#counters.size, found });
    return found;
  }
}

const OWN_LABELS = ['le', 'response_code_class'];

function turn(counter: Counter, rates: Sums, nowMs: number): void {
  if (SUMS.every((sum) => counter.rates[sum] === rates[sum])) return;
  counter.moments.push({ ms: nowMs, sums: sumsAt(counter, nowMs) });
  counter.rates = rates;
}

function sumsAt({ moments, rates }: Counter, ms: number): Sums {
  let at = moments.length - 1;
  while (at > 0 && (moments[at]?.ms ?? 0) > ms) at -= 1;
  const [from, next] = [moments[at], moments[at + 1]];
  if (!from || ms <= from.ms) return from?.sums ?? zero();
  const share = next ? (ms - from.ms) / (next.ms - from.ms) : 0;
  const of = (sum: Sum): number =>
    from.sums[sum] + (next ? share * (next.sums[sum] - from.sums[sum]) : (rates[sum] * (ms - from.ms)) / 1000);
  return { requests: of('requests'), errors: of('errors'), slow: of('slow') };
}

const whole = (value: number): number => Math.round(value * 1e6) / 1e6;

/** The series of one counter that a metric's name stands for (Envoy, "Cluster manager statistics"). */
function seriesOf(
  { metric, labels: matchers }: Selector,
  counter: Counter,
): { labels: Readonly<Record<string, string>>; at(ms: number): number }[] {
  const isTcp = counter.protocol === 'tcp';
  const one = (at: (ms: number) => number): ReturnType<typeof seriesOf> => [{ labels: counter.labels, at }];
  const sum = (name: Sum) => (ms: number) => whole(sumsAt(counter, ms)[name]);
  switch (metric) {
    case 'envoy_cluster_upstream_rq_completed':
      return isTcp ? [] : one(sum('requests'));
    case 'envoy_cluster_upstream_rq':
      return isTcp ? [] : byClass(matchers, counter);
    case 'envoy_cluster_upstream_cx_total':
      return one(sum('requests'));
    case 'envoy_cluster_upstream_cx_active':
      return one(() => Math.ceil(counter.rates.requests));
    case 'envoy_cluster_upstream_cx_connect_fail':
      return one(isTcp ? sum('errors') : () => 0);
    case 'envoy_cluster_membership_total':
      return one(() => 1);
    case 'envoy_cluster_upstream_rq_time_bucket':
      return isTcp ? [] : buckets(matchers, counter);
    default:
      return [];
  }
}

const take = (matchers: Selector['labels'], name: string, value: string): boolean =>
  matchers.every((one) => one.name !== name || one.matches(value));

/** Like Envoy, a class has a series from its first answer on. */
function byClass(matchers: Selector['labels'], counter: Counter): ReturnType<typeof seriesOf> {
  return ['2xx', '5xx']
    .filter((one) => take(matchers, 'response_code_class', one))
    .filter((one) => one !== '5xx' || counter.rates.errors > 0 || (counter.moments.at(-1)?.sums.errors ?? 0) > 0)
    .map((one) => ({
      labels: { ...counter.labels, response_code_class: one },
      at: (ms: number) => {
        const { requests, errors } = sumsAt(counter, ms);
        return whole(one === '5xx' ? errors : requests - errors);
      },
    }));
}

const within = (boundMs: number, medianMs: number): number => 1 - 2 ** (-boundMs / medianMs);

function buckets(matchers: Selector['labels'], counter: Counter): ReturnType<typeof seriesOf> {
  return [...BOUNDS, Number.POSITIVE_INFINITY]
    .map((bound) => ({ bound, le: Number.isFinite(bound) ? String(bound) : '+Inf' }))
    .filter(({ le }) => take(matchers, 'le', le))
    .map(({ bound, le }) => ({
      labels: { ...counter.labels, le },
      at: (ms: number) => {
        const { requests, slow } = sumsAt(counter, ms);
        return whole((requests - slow) * within(bound, MEDIAN_MS) + slow * within(bound, SLOW_MS));
      },
    }));
}
