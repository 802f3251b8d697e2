import { questionOf, resolve, sampleOf } from '../../gates/question.ts';
import type { Sample } from '../../gates/sample.ts';
import type { MetricCheck } from '../../plans/gate.ts';
import { proxiesNamed, valueQuery } from '../../plans/metric-parts.ts';
import type { ProxyCounters, World } from '../handler.ts';
import { evaluate } from '../world/promql.ts';

/**
 * A check's answer by the proxies themselves: the same question as a server of metrics is asked, of what this process has
 * read of their counters.
 *
 * @throws MW1831 when a proxy cannot be asked; a coded error of the host or the cluster
 */
export async function sampleByCounters(
  counters: ProxyCounters,
  world: World,
  check: MetricCheck,
  { sinceMs, nowMs }: { sinceMs: number; nowMs: number },
): Promise<Sample> {
  const source = await counters.read(world, proxiesNamed(check), nowMs);
  const elapsedMs = nowMs - sinceMs;
  const points = (query: string): ReturnType<typeof evaluate> => evaluate(query, source, nowMs);
  if (check.test !== 'threshold') {
    const query = questionOf(check, elapsedMs);
    return sampleOf(check, query, points(query));
  }
  const scalar = (query: string): number | null => {
    const value = points(resolve(query, elapsedMs))[0]?.value;
    return value !== undefined && Number.isFinite(value) ? value : null;
  };
  const total = check.total === undefined ? null : scalar(check.total);
  return { test: 'threshold', query: resolve(valueQuery(check), elapsedMs), value: scalar(valueQuery(check)), total };
}
