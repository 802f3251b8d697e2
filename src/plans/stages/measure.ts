import type { MeshProvider } from '../../providers/provider.ts';
import { predictedOfProxy } from '../cost/predict.ts';
import type { Measure } from '../measure.ts';
import { scopeOf } from '../members.ts';
import type { StageDraft } from '../plan.ts';
import { type EstateView, placeOf } from '../view.ts';

/** A mean over fewer seconds says little of a proxy that has just begun. */
const LEAST_WINDOW_SECONDS = 30;

/**
 * Lets the last join of the first wave be measured: what the proxies add to a request by then, and their CPU. Nothing where no
 * server of metrics keeps what they count, or nothing is predicted of the mesh that it could be held against.
 */
export function withMeasure(view: EstateView, provider: MeshProvider, stages: readonly StageDraft[]): StageDraft[] {
  const joins = stages.filter(({ steps }) => steps.some(({ action }) => action === 'capture' || action === 'enrol'));
  const first = Math.min(...joins.map(({ wave }) => wave));
  const joined = joins.filter(({ wave }) => wave === first);
  const last = joined.at(-1);
  const measure = measureOf(
    view,
    provider,
    joined.flatMap(({ subjects }) => subjects),
  );
  return stages.map((stage) => (measure && stage === last ? { ...stage, measure } : stage));
}

function measureOf(view: EstateView, provider: MeshProvider, subjects: readonly string[]): Measure | undefined {
  const predicted = predictedOfProxy(view);
  if (view.estate.metrics.prometheus === undefined || !predicted) return undefined;
  const windowSeconds = Math.max(LEAST_WINDOW_SECONDS, view.estate.policy.gate.windowSeconds);
  const { added, passing } = provider.target.metrics;
  const proxies = subjects.flatMap((id) => {
    const scope = scopeOf(view, id);
    if (!scope) return [];
    const within = { ...scope, windowSeconds };
    const host = placeOf(id)?.host;
    const subject = host ?? ('name' in scope.proxy ? `${scope.proxy.namespace}/${scope.proxy.name}` : id);
    return [{ subject, ...(host !== undefined && { host }), addedMs: added(within), perSecond: passing(within) }];
  });
  const each = [...new Map(proxies.map((one) => [one.subject, one])).values()];
  return each.length === 0 ? undefined : { windowSeconds, proxies: each, predicted };
}
