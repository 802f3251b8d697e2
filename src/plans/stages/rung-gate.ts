import type { MeshProvider, PublishedName, TrafficScope } from '../../providers/provider.ts';
import type { Rung } from '../bake/ladder.ts';
import { bakePolicy, judgingOf, noted, partOf, scopeIn, statedRate, type Watch } from '../bake/watch.ts';
import type { Gate, MetricCheck } from '../gate.ts';
import { scopeOf } from '../members.ts';
import type { EstateView } from '../view.ts';
import { gateOf } from './gate-of.ts';
import { memberChecks, scopesOf } from './gates.ts';
import { tripsOf } from './trips.ts';

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

/** Whether a name's twins may leave calls to the VM: these lower the share of all, by nobody knows how much. */
const leavesCalls = (view: EstateView, { service, twins }: PublishedName): boolean =>
  twins !== undefined && view.service(service)?.unmatched !== 'none';

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
  { vm, callers, own: twins, takers }: { vm: string; callers: string[]; own: string[]; takers: string[] },
  { weight, watch, rungs }: Rung,
): Gate {
  const decide = callers.filter(
    (caller) => view.isObserved(caller, name.service) && !view.isRare(caller, name.service),
  );
  // Twins that call each other make more of these calls with each rung: none is waited for, and none may fail.
  const rare = [...callers.filter((caller) => view.isRare(caller, name.service)), ...twins];
  const inWindow = (ids: readonly string[]): TrafficScope[] => scopesOf(view, ids).map((scope) => scopeIn(scope, watch));
  const [scopes, rareScopes] = [inWindow(decide), inWindow(rare)];
  // Of what takes the next share nothing is missing: each replica that is wanted is there and ready, none waits for a node.
  const whole = takers.flatMap((id) => memberChecks(view, id));
  if (scopes.length === 0) return gateOf(view, whole, []);
  const wanted = shareBand(view, weight / 100, watch?.minRequests);
  const band = leavesCalls(view, name) ? { ...wanted, min: SOME } : wanted;
  const { share, shareOfArrivals, failed } = provider.target.metrics;
  const own = scopeOf(view, vm);
  const wider = { min: Math.max(0, Math.min(band.min, weight / 100 - SCRAPE_TOLERANCE)), max: band.max };
  const besideVm = isBesideVm(name, weight) ? (leavesCalls(view, name) ? 0 : weight / 100) : undefined;
  const arrivals = own ? [shareOfArrivals(inWindow([...callers, ...twins]), scopeIn(own, watch), name, wider)] : [];
  const metrics = [
    ...noted([share(scopes, name, band), ...arrivals], watch),
    ...judged(view, provider, name, { scopes, weight, watch }),
    ...scopes.flatMap((scope) => sentAtRung(view, provider, name, { scope, decide, watch, besideVm })),
    ...noted(rareScopes.map((scope) => failed(scope, name, besideVm !== undefined)), watch && { ...watch, expectedRequests: 0 }),
  ];
  return gateOf(view, whole, metrics, rungs);
}

/** Whether requests of the VM are there to compare with. What then fails on the VM's side must not send the traffic back to it. */
const isBesideVm = ({ protocol }: PublishedName, weight: number): boolean => protocol === 'http' && weight < 100;

/** What decides on the twin: its errors and latencies beside the VM's, as long as there is traffic of the VM. */
function judged(
  view: EstateView,
  provider: MeshProvider,
  name: PublishedName,
  { scopes, weight, watch }: { scopes: TrafficScope[]; weight: number; watch: Watch | undefined },
): MetricCheck[] {
  if (name.protocol !== 'http') return [];
  const { errorsOfShift, latencyBeside, ofEachTwin } = provider.target.metrics;
  const judging = judgingOf(view);
  const besideVm = isBesideVm(name, weight);
  const latency = besideVm ? [latencyBeside(scopes, name)] : [];
  return [...noted([errorsOfShift(scopes, name, judging, besideVm), ...latency], watch), ...ofEachTwin(scopes, name, judging, besideVm)];
}

interface SentAtRung {
  scope: TrafficScope;
  decide: readonly string[];
  watch: Watch | undefined;
  /** The twin's share, 0 where nobody knows it; absent where no VM is beside it. */
  besideVm: number | undefined;
}

/** What one proxy's callers send at a rung, as much of the rung's evidence as their own rate brings. */
function sentAtRung(
  view: EstateView,
  provider: MeshProvider,
  name: PublishedName,
  { scope, decide, watch, besideVm }: SentAtRung,
): MetricCheck[] {
  const proxy = JSON.stringify(scope.proxy);
  const callers = decide.filter((caller) => JSON.stringify(scopeOf(view, caller)?.proxy) === proxy);
  const perSecond = statedRate(view, name.service, callers);
  const part = watch && perSecond !== undefined ? partOf(bakePolicy(view), watch, perSecond) : undefined;
  const within = scopeIn(scope, part);
  const own = name.protocol === 'http' ? [provider.target.metrics.calls(within, name)] : provider.target.metrics.sent(within, name, judgingOf(view));
  return [...noted(own, part), ...noted(tripsOf(view, provider, name, { scope: within, perSecond, besideVm }), part)];
}
