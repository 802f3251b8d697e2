import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import { drainSeconds } from '../../inventory/drain.ts';
import type { MeshProvider, PublishedName, TrafficScope } from '../../providers/provider.ts';
import type { Check } from '../check.ts';
import type { Gate, MetricCheck } from '../gate.ts';
import { publishedName, scopeOf } from '../members.ts';
import { type EstateView, isPublished, placeOf } from '../view.ts';
import type { Rung } from '../bake/ladder.ts';
import { bakePolicy, noted, partOf, scopeIn, statedRate, type Watch, watchOfCalls } from '../bake/watch.ts';

/** Counters are scraped, so the newest are some seconds old when they are asked for. */
const SCRAPE_DELAY_MS = 3_000;

/**
 * A gate with the estate's times, or those of its metrics' own windows where these follow from stated rates: watched long
 * enough that every window lies wholly behind the last step.
 */
export function gateOf(view: EstateView, checks: Check[], metrics: MetricCheck[]): Gate {
  const { bakeSeconds, timeoutSeconds } = view.estate.policy.gate;
  // Two units of one host have one proxy, which is asked once.
  const distinctMetrics = [...new Map(metrics.map((metric) => [JSON.stringify(metric), metric])).values()];
  const isStated = metrics.length > 0 && metrics.every((metric) => metric.windowSeconds !== undefined);
  const leastSeconds = isStated ? bakePolicy(view).minBakeSeconds : bakeSeconds;
  return { checks, metrics: distinctMetrics, bakeMs: Math.max(leastSeconds * 1000, watchedMs(view, metrics)), timeoutMs: timeoutSeconds * 1000 };
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

/**
 * What joined callers behind one proxy send to the names they are observed to call. A call that is only declared may never
 * happen, so it decides nothing.
 *
 * @param callers one, or several on one host: their proxy counts for all of them, and so does the rate that is expected
 */
export function sentMetrics(view: EstateView, provider: MeshProvider, callers: readonly string[]): MetricCheck[] {
  const scope = scopeOf(view, callers[0] ?? '');
  if (!scope) return [];
  const { maxErrorRatio } = view.estate.policy.gate;
  const calls = callers.flatMap((caller) => calleesPastHost(view, caller).map((service) => ({ caller, service })));
  return [...Map.groupBy(calls, ({ service }) => service)].flatMap(([service, own]) => {
    const name = publishedName(view, service);
    const rare = own.filter(({ caller }) => view.isRare(caller, service.name));
    const deciding = own.map(({ caller }) => caller).filter((caller) => !view.isRare(caller, service.name) && view.isObserved(caller, service.name));
    // Seldom calls fill no window: nothing waits for them, and not one may fail.
    const failed = rare.length > 0 ? [provider.target.metrics.failed(scope, name)] : [];
    if (deciding.length === 0) return failed;
    const watch = watchOfCalls(view, service.name, deciding);
    return [...failed, ...noted(provider.target.metrics.sent(scopeIn(scope, watch), name, maxErrorRatio), watch)];
  });
}

/** The services that a caller reaches through its proxy. */
function calleesPastHost(view: EstateView, caller: string): EstateService[] {
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
  const { maxErrorRatio } = view.estate.policy.gate;
  const watch = watchOfCalls(view, callee.name, [...new Set([...before, twin])]);
  return scope ? noted(provider.target.metrics.sent(scopeIn(scope, watch), publishedName(view, callee), maxErrorRatio), watch) : [];
}

/** Which of several twins makes a call nobody knows: none is waited for, and not one may fail. Those that were seen to call are judged themselves. */
function sentByOneOf(view: EstateView, provider: MeshProvider, twins: readonly string[], callee: EstateService): MetricCheck[] {
  const unseen = twins.filter((twin) => !view.isObserved(twin, callee.name));
  return scopesOf(view, unseen).map((scope) => provider.target.metrics.failed(scope, publishedName(view, callee)));
}

/** Half-width of the band for a share of `expected`: four standard deviations at the least traffic that decides, or the estate's tolerance. */
export function shareBand(
  view: EstateView,
  expected: number,
  minRequests = view.estate.policy.gate.minRequests,
): { min: number; max: number } {
  const { shareTolerance } = view.estate.policy.gate;
  const deviation = 4 * Math.sqrt((expected * (1 - expected)) / minRequests);
  const half = Math.min(shareTolerance, Math.max(deviation, 0.005));
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  return { min: round(Math.max(0, expected - half)), max: round(Math.min(1, expected + half)) };
}

/** Some, however few: where calls may be left to the VM, how many its twins take at a weight nobody knows. */
const SOME = 0.0001;

/** The band of a name whose twins may leave calls to the VM: these lower the share of all, by nobody knows how much. */
function leftOver(view: EstateView, { service, twins }: PublishedName, band: { min: number; max: number }): { min: number; max: number } {
  return twins && view.service(service)?.unmatched !== 'none' ? { ...band, min: SOME } : band;
}

/** Two proxies count what one sent and the other got, at scrapes of their own: a band cannot be narrower than that. */
const SCRAPE_TOLERANCE = 0.05;

/**
 * The gate of one rung: the twin's share of what the joined callers send, their errors, and the twin's share of all that
 * arrives. A service with a known bypass edge does not shift, so both shares are the weight: an unknown caller that goes
 * to the VM whatever the weights say lowers the second.
 */
export function rungGate(
  view: EstateView,
  provider: MeshProvider,
  name: PublishedName,
  { vm, callers, own: twins }: { vm: string; callers: string[]; own: string[] },
  { weight, watch }: Rung,
): Gate {
  const decide = callers.filter(
    (caller) => view.isObserved(caller, name.service) && !view.isRare(caller, name.service),
  );
  // Twins that call each other make more of these calls with each rung: none is waited for, and none may fail.
  const rare = [...callers.filter((caller) => view.isRare(caller, name.service)), ...twins];
  const inWindow = (ids: readonly string[]): TrafficScope[] => scopesOf(view, ids).map((scope) => scopeIn(scope, watch));
  const [scopes, rareScopes] = [inWindow(decide), inWindow(rare)];
  if (scopes.length === 0) return gateOf(view, [], []);
  const band = leftOver(view, name, shareBand(view, weight / 100, watch?.minRequests));
  const { share, shareOfArrivals, failed, ofEachTwin } = provider.target.metrics;
  const own = scopeOf(view, vm);
  const wider = { min: Math.max(0, Math.min(band.min, weight / 100 - SCRAPE_TOLERANCE)), max: band.max };
  const arrivals = own ? [shareOfArrivals(inWindow([...callers, ...twins]), scopeIn(own, watch), name, wider)] : [];
  return gateOf(
    view,
    [],
    [
      ...noted([share(scopes, name, band), ...arrivals], watch),
      ...ofEachTwin(scopes, name, view.estate.policy.gate.maxErrorRatio),
      ...scopes.flatMap((scope) => sentAtRung(view, provider, name, { scope, decide, watch })),
      ...noted(rareScopes.map((scope) => failed(scope, name)), watch && { ...watch, expectedRequests: 0 }),
    ],
  );
}

/** What one proxy's callers send at a rung, as much of the rung's evidence as their own rate brings. */
function sentAtRung(
  view: EstateView,
  provider: MeshProvider,
  name: PublishedName,
  { scope, decide, watch }: { scope: TrafficScope; decide: readonly string[]; watch: Watch | undefined },
): MetricCheck[] {
  const proxy = JSON.stringify(scope.proxy);
  const callers = decide.filter((caller) => JSON.stringify(scopeOf(view, caller)?.proxy) === proxy);
  const perSecond = statedRate(view, name.service, callers);
  const part = watch && perSecond !== undefined ? partOf(bakePolicy(view), watch, perSecond) : undefined;
  return noted(provider.target.metrics.sent(scopeIn(scope, part), name, view.estate.policy.gate.maxErrorRatio), part);
}

const scopesOf = (view: EstateView, callers: readonly string[]): TrafficScope[] =>
  distinct(callers.flatMap((caller) => scopeOf(view, caller) ?? []));

/** Two units of one host have one proxy, which counts for both. */
function distinct(scopes: TrafficScope[]): TrafficScope[] {
  const byProxy = new Map(scopes.map((scope) => [JSON.stringify(scope.proxy), scope]));
  return [...byProxy.values()];
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
    ];
  return [{ check: 'workload.rolledOut', ...ref, proxy: true }];
}
