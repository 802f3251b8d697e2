import type { Check } from '../check.ts';
import type { Gate, MetricCheck, MetricTest } from '../gate.ts';
import type { EstateView } from '../view.ts';
import { bakePolicy, ERRORS_PART } from '../bake/watch.ts';
import { drainSeconds } from '../../inventory/drain.ts';

/** Counters are scraped, so the newest are some seconds old when they are asked for. */
const SCRAPE_DELAY_MS = 3_000;

/**
 * A gate with the estate's times, or those of its metrics' own windows where these follow from stated rates: watched long
 * enough that every window lies wholly behind the last step.
 *
 * @param rungs of the stage, if the gate is that of one: its tests have a share of the stage's level
 */
export function gateOf(view: EstateView, checks: Check[], metrics: MetricCheck[], rungs = 1): Gate {
  const { bakeSeconds, timeoutSeconds } = view.estate.policy.gate;
  // Two units of one host have one proxy, which is asked once.
  const distinctChecks = [...new Map(checks.map((check) => [JSON.stringify(check), check])).values()];
  const distinctMetrics = [...new Map(metrics.map((metric) => [JSON.stringify(metric), metric])).values()];
  const isStated = metrics.length > 0 && metrics.every((metric) => metric.windowSeconds !== undefined);
  const leastSeconds = isStated ? bakePolicy(view).minBakeSeconds : bakeSeconds;
  const bakeMs = Math.max(leastSeconds * 1000, watchedMs(view, metrics));
  const looks = distinctMetrics.some(({ test }) => test !== 'threshold') && bakeMs > 0;
  return {
    checks: distinctChecks,
    metrics: sharingLevel(distinctMetrics, rungs),
    bakeMs,
    timeoutMs: timeoutSeconds * 1000,
    ...(looks && { lookEveryMs: Math.min(MOST_BETWEEN_MS, Math.max(LEAST_BETWEEN_MS, Math.ceil(bakeMs / LOOKS))) }),
  };
}

/** A look is an entry of the journal: so many of them in a bake, no more often than counters are scraped, and never seldom. */
const LOOKS = 60;
const LEAST_BETWEEN_MS = 2_000;
const MOST_BETWEEN_MS = 15_000;

/** The tests of a gate share its stage's level with those of the other rungs: by Bonferroni, whatever their dependence. */
function sharingLevel(metrics: readonly MetricCheck[], rungs: number): MetricCheck[] {
  const count = (test: MetricTest): number => metrics.filter((metric) => metric.test === test).length;
  const [errors, latencies] = [count('errors'), count('latency')];
  const part = { errors: (latencies > 0 ? ERRORS_PART : 1) / errors, latency: (errors > 0 ? 1 - ERRORS_PART : 1) / latencies };
  return metrics.map((metric) =>
    metric.test === 'errors' || metric.test === 'latency'
      ? { ...metric, stopAt: Math.ceil(Number(((metric.stopAt * rungs) / part[metric.test]).toPrecision(9))) }
      : metric,
  );
}

function watchedMs(view: EstateView, metrics: readonly MetricCheck[]): number {
  const windows = metrics.map(({ windowSeconds }) => windowSeconds ?? view.estate.policy.gate.windowSeconds);
  return windows.length > 0 ? windows.reduce((longest, each) => Math.max(longest, each)) * 1000 + SCRAPE_DELAY_MS : 0;
}

/**
 * A gate after a change that ends connections of TCP: these end when the proxies have drained, so the gate's window begins
 * after that.
 */
export function afterDrain(view: EstateView, gate: Gate): Gate {
  const drainMs = drainSeconds(view.cluster(view.estate.provider.cluster)?.mesh) * 1000;
  return { ...gate, bakeMs: gate.bakeMs + drainMs };
}
