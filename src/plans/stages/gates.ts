import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import type { MeshProvider, TrafficScope } from '../../providers/provider.ts';
import type { Check } from '../check.ts';
import type { MetricCheck } from '../gate.ts';
import { publishedName, scopeOf } from '../members.ts';
import { type EstateView, isPublished, placeOf } from '../view.ts';
import { judgingOf, noted, scopeIn, statedRate, watchOfCalls } from '../bake/watch.ts';
import { tripsOf } from './trips.ts';
import { trustChecks } from './trust.ts';

/**
 * What joined callers behind one proxy send to the names they are observed to call. A call that is only declared may never
 * happen, so it decides nothing.
 *
 * @param callers one, or several on one host: their proxy counts for all of them, and so does the rate that is expected
 */
export function sentMetrics(view: EstateView, provider: MeshProvider, callers: readonly string[]): MetricCheck[] {
  const scope = scopeOf(view, callers[0] ?? '');
  if (!scope) return [];
  const judging = judgingOf(view);
  const calls = callers.flatMap((caller) => calleesPastHost(view, caller).map((service) => ({ caller, service })));
  return [...Map.groupBy(calls, ({ service }) => service)].flatMap(([service, own]) => {
    const name = publishedName(view, service);
    const rare = own.filter(({ caller }) => view.isRare(caller, service.name));
    const deciding = own.map(({ caller }) => caller).filter((caller) => !view.isRare(caller, service.name) && view.isObserved(caller, service.name));
    // Seldom calls fill no window: nothing waits for them, and not one may fail.
    const failed = rare.length > 0 ? [provider.target.metrics.failed(scope, name)] : [];
    if (deciding.length === 0) return failed;
    const watch = watchOfCalls(view, service.name, deciding);
    const within = scopeIn(scope, watch);
    const trips = tripsOf(view, provider, name, { scope: within, perSecond: statedRate(view, service.name, deciding) });
    return [...failed, ...noted([...provider.target.metrics.sent(within, name, judging), ...trips], watch)];
  });
}

/** The services that a caller reaches through its proxy. */
export function calleesPastHost(view: EstateView, caller: string): EstateService[] {
  const onHost = placeOf(caller) !== undefined;
  return view
    .calleesOf(caller)
    .filter((service) => !view.isNeighbour(caller, service) && (!onHost || view.isCaptured(caller, service.port)));
}

/** Who makes a caller's calls by now: a unit at weight 0 gets none, and so makes none of those it made for them. Of several twins any may. */
export function nowCalling(view: EstateView, caller: string, shifted: readonly EstateService[]): string[] {
  const workload = view.workload(caller);
  const owner = workload?.role === 'primary' ? workload.service : undefined;
  if (owner === undefined || !shifted.some(({ name }) => name === owner)) return [caller];
  const twins = view.workloads(owner).flatMap(({ id, role }) => (role === 'twin' ? [id] : []));
  return twins.length > 0 ? twins : [caller];
}

/** What the callers of some services send to them, once others have shifted: a twin is judged by what its unit was seen to call. */
export function sentToMetrics(
  view: EstateView,
  provider: MeshProvider,
  callees: readonly EstateService[],
  shifted: readonly EstateService[],
): MetricCheck[] {
  const callers = [...new Set(callees.flatMap(({ name }) => view.callersOf(name)))].sort();
  // Who shares a proxy is counted with it.
  const proxiesOf = (caller: string): string =>
    JSON.stringify(nowCalling(view, caller, shifted).map((id) => scopeOf(view, id)?.proxy ?? id));
  return [...Map.groupBy(callers, proxiesOf).values()].flatMap((before) => {
    const now = [...new Set(before.flatMap((caller) => nowCalling(view, caller, shifted)))];
    if (before.every((caller) => nowCalling(view, caller, shifted).includes(caller))) return sentMetrics(view, provider, before);
    const called = callees.filter(({ name }) => before.some((caller) => view.isObserved(caller, name) && !view.isRare(caller, name)));
    const [only = '', ...others] = now;
    return called.filter(isPublished).flatMap((callee) =>
      others.length === 0 ? sentByTwin(view, provider, before, only, callee) : sentByOneOf(view, provider, now, callee),
    );
  });
}

/** All that the service calls, which its twin alone does by now. */
function sentByTwin(view: EstateView, provider: MeshProvider, before: readonly string[], twin: string, callee: EstateService): MetricCheck[] {
  const scope = scopeOf(view, twin);
  const watch = watchOfCalls(view, callee.name, [...new Set([...before, twin])]);
  return scope ? noted(provider.target.metrics.sent(scopeIn(scope, watch), publishedName(view, callee), judgingOf(view)), watch) : [];
}

/** Which of several twins makes a call nobody knows: none is waited for, and not one may fail. Those that were seen to call are judged themselves. */
function sentByOneOf(view: EstateView, provider: MeshProvider, twins: readonly string[], callee: EstateService): MetricCheck[] {
  const unseen = twins.filter((twin) => !view.isObserved(twin, callee.name));
  return scopesOf(view, unseen).map((scope) => provider.target.metrics.failed(scope, publishedName(view, callee)));
}

/** Checks that a joined workload is in the mesh, for any stage after its join. */
export function memberChecks(view: EstateView, id: string): Check[] {
  const ref = view.refOf(id);
  if (!ref) return [];
  if (isUnitRef(ref) && !view.hostJoins(ref.host)) return [];
  if (isUnitRef(ref))
    return [
      { check: 'proxy.ready', host: ref.host },
      { check: 'host.captured', host: ref.host, captured: true },
      { check: 'host.login', host: ref.host },
      ...trustChecks(view, ref.host),
    ];
  return [{ check: 'workload.rolledOut', ...ref, proxy: true }];
}

/** The proxies of some callers, each once. */
export const scopesOf = (view: EstateView, callers: readonly string[]): TrafficScope[] =>
  distinct(callers.flatMap((caller) => scopeOf(view, caller) ?? []));

/** Two units of one host have one proxy, which counts for both. */
function distinct(scopes: TrafficScope[]): TrafficScope[] {
  const byProxy = new Map(scopes.map((scope) => [JSON.stringify(scope.proxy), scope]));
  return [...byProxy.values()];
}
