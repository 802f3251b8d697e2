import type { MeshProvider, PublishedName, TrafficScope } from '../../providers/provider.ts';
import { bakePolicy } from '../bake/watch.ts';
import type { MetricCheck } from '../gate.ts';
import type { EstateView } from '../view.ts';

/** How long a limit is passed before a tripwire acts; never longer than the gate's own window, which the bake covers. */
const TRIP_SECONDS = 30;
/** An error ratio that needs no statistics, unless the estate calls half of it healthy. */
const TRIP_RATIO = 0.25;
/** So many requests expected in that time: that none comes is no chance (e to the power of -20). */
const NEVER_NONE = 20;

/**
 * The tripwires of what one proxy sends to a name.
 *
 * @param perSecond where the estate states it
 * @param besideVm the twin's share, 0 where nobody knows it, of calls that have a VM beside them: they are then on the twin
 */
export function tripsOf(
  view: EstateView,
  provider: MeshProvider,
  name: PublishedName,
  { scope, perSecond, besideVm }: { scope: TrafficScope; perSecond?: number | undefined; besideVm?: number | undefined },
): MetricCheck[] {
  const forSeconds = Math.min(TRIP_SECONDS, scope.windowSeconds);
  const { silence, silenceBeside, trips } = provider.target.metrics;
  const maxErrorRatio = Math.min(1, Math.max(TRIP_RATIO, 2 * bakePolicy(view).baseline));
  const limits = { maxErrorRatio, forSeconds, besideVm: besideVm !== undefined };
  const expected = (perSecond ?? 0) * forSeconds * (besideVm ?? 1);
  if (name.protocol !== 'http' || expected < NEVER_NONE) return trips(scope, name, limits);
  const silent =
    besideVm === undefined ? silence(scope, name, forSeconds) : silenceBeside(scope, name, forSeconds, besideVm);
  return [...trips(scope, name, limits), silent];
}
