import type { MetricCheck, ReplayEdge } from '../plans/gate.ts';
import { partsOf } from '../plans/metric-parts.ts';
import type { EdgeCounts, Histogram, Sample } from './sample.ts';

/** One series of an answer. */
export interface Point {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** The label that tells the parts of one question apart. */
const PART = 'part';

/** Puts the time since the bake began into a query: `$SINCE` as a duration of PromQL, `$SECONDS` in seconds. */
export function resolve(query: string, elapsedMs: number): string {
  const ms = Math.max(1, Math.floor(elapsedMs));
  return query.replaceAll('$SINCE', `${ms}ms`).replaceAll('$SECONDS', String(ms / 1000));
}

/** All that a check asks as one query, so that all parts of the answer are of one instant. */
export const questionOf = (check: MetricCheck, elapsedMs: number): string => inOne(partsOf(check), elapsedMs);

function inOne(parts: readonly [part: string, query: string][], elapsedMs: number): string {
  const named = parts.map(([part, query]) => `label_replace(${query}, "${PART}", "${part}", "", "")`);
  return resolve(named.join(' or '), elapsedMs);
}

/** All that is asked about one call, over a span that ends now, as one query. */
export const edgeQuestion = ({ calls, failed, refused }: ReplayEdge, spanMs: number): string =>
  inOne(Object.entries({ calls, failed, refused }), spanMs);

/** What the answer to `edgeQuestion` says. */
export function edgeCounts(points: readonly Point[]): EdgeCounts {
  const of = (part: string): number | null => finite(points.find(({ labels }) => labels[PART] === part)?.value);
  return { calls: of('calls'), failed: of('failed'), refused: of('refused') };
}

/** What the answer to `questionOf` says. Series that are not there, or NaN, are no data. */
export function sampleOf(check: MetricCheck, query: string, points: readonly Point[]): Sample {
  const of = (part: string): number | null => finite(points.find(({ labels }) => labels[PART] === part)?.value);
  const histogram = (part: string): Histogram | null =>
    histogramOf(points.filter(({ labels }) => labels[PART] === part));
  const counts = (side: string): { requests: number; errors: number } | null => {
    const [requests, errors] = [of(`${side}.requests`), of(`${side}.errors`)];
    return requests === null || errors === null ? null : { requests, errors };
  };
  switch (check.test) {
    case 'threshold':
    case 'tripwire':
      return { test: check.test, query, value: of('value'), total: of('total') };
    case 'errors':
      return { test: 'errors', query, judged: counts('judged'), control: counts('control') };
    case 'latency':
      return { test: 'latency', query, judged: histogram('judged'), control: histogram('control') };
  }
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

/** Buckets by their bound `le` (Prometheus, "Histograms and summaries"), in milliseconds as Envoy counts them. */
function histogramOf(points: readonly Point[]): Histogram | null {
  const buckets = points
    .map(({ labels, value }) => ({
      boundMs: labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']),
      count: value,
    }))
    .filter(({ boundMs, count }) => !Number.isNaN(boundMs) && Number.isFinite(count))
    .toSorted((a, b) => a.boundMs - b.boundMs);
  return buckets.length === 0 || buckets.at(-1)?.boundMs !== Number.POSITIVE_INFINITY ? null : buckets;
}
