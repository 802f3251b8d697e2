import type { CheckBy, MetricCheck, MetricTest } from '../../src/plans/gate.ts';

/** A metric that has to be one of this test, whatever else it is. */
export function metricBy<T extends MetricTest>(metric: MetricCheck | undefined, test: T): CheckBy<T> {
  if (metric?.test !== test) throw new Error(`expected a ${test}, got ${metric?.test ?? 'nothing'}`);
  return metric as CheckBy<T>;
}

export const threshold = (metric: MetricCheck | undefined): CheckBy<'threshold'> => metricBy(metric, 'threshold');
