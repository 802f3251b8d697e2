import { edgeCounts, edgeQuestion, questionOf, resolve, sampleOf } from '../../gates/question.ts';
import type { EdgeCounts, Sample } from '../../gates/sample.ts';
import type { MetricCheck, ReplayEdge } from '../../plans/gate.ts';
import { valueQuery } from '../../plans/metric-parts.ts';
import type { MetricsPort } from '../../ports/contracts.ts';

/**
 * A check's answer by a server of metrics. @param look both times by the run's clock; the server counts back from its own
 * @throws MW1504 when the server cannot be asked
 */
export async function sampleByQuery(
  metrics: MetricsPort,
  check: MetricCheck,
  { sinceMs, nowMs }: { sinceMs: number; nowMs: number },
): Promise<Sample> {
  const elapsedMs = nowMs - sinceMs;
  if (check.test === 'threshold') return await threshold(metrics, check, elapsedMs);
  const query = questionOf(check, elapsedMs);
  return sampleOf(check, query, await metrics.vector(query));
}

async function threshold(
  metrics: MetricsPort,
  check: MetricCheck & { test: 'threshold' },
  elapsedMs: number,
): Promise<Sample> {
  const query = resolve(valueQuery(check), elapsedMs);
  const value = await metrics.scalar(query);
  const total = check.total === undefined ? null : await metrics.scalar(resolve(check.total, elapsedMs));
  return { test: 'threshold', query, value, total };
}

/** What a server of metrics counted of one call in a span that ends now. @throws MW1504 when the server cannot be asked */
export async function edgeByQuery(
  metrics: MetricsPort,
  edge: ReplayEdge,
  { sinceMs, nowMs }: { sinceMs: number; nowMs: number },
): Promise<EdgeCounts> {
  return edgeCounts(await metrics.vector(edgeQuestion(edge, nowMs - sinceMs)));
}
