import type { Judging, TrafficScope } from '../../providers/provider.ts';
import type { MetricCheck } from '../gate.ts';
import { type CallRate, callRates } from '../rates.ts';
import type { EstateView } from '../view.ts';
import { normalQuantile } from './beta.ts';
import { requestsNeeded } from './power.ts';

/** Taking healthy traffic for faulty, per stage: design, section 8. Its rungs share it. */
export const STAGE_ALPHA = 0.01;
/** The part of it that the test of errors has where latencies are tested beside it. */
export const ERRORS_PART = 0.9;
const DEFAULTS = { effect: 0.01, power: 0.9, maxBakeSeconds: 900, minBakeSeconds: 0 };
/** A window brings the requests it is for in all but one of a hundred cases. */
const SURE = normalQuantile(0.99);

/** How long traffic is looked at, and what is wanted of it: it follows from a rate that the estate states. */
export interface Watch {
  /** Requests below which nothing is decided. */
  minRequests: number;
  windowSeconds: number;
  /** The requests that the rate brings in the window. */
  expectedRequests: number;
}

/** The policy for gates of stated rates, with its defaults. */
export type BakePolicy = typeof DEFAULTS & { baseline: number; leastRequests: number; leastWindowSeconds: number };

/** What the estate's policy says of gates whose service has a stated rate. */
export function bakePolicy({ estate }: EstateView): BakePolicy {
  const { effect, power, maxBakeSeconds, minBakeSeconds, maxErrorRatio, minRequests, windowSeconds } = estate.policy.gate;
  return {
    effect: effect ?? DEFAULTS.effect,
    power: power ?? DEFAULTS.power,
    maxBakeSeconds: maxBakeSeconds ?? DEFAULTS.maxBakeSeconds,
    minBakeSeconds: minBakeSeconds ?? DEFAULTS.minBakeSeconds,
    baseline: maxErrorRatio,
    leastRequests: minRequests,
    leastWindowSeconds: windowSeconds,
  };
}

/** What the errors of a gate are held against. */
export function judgingOf(view: EstateView): Judging {
  const { baseline, effect } = bakePolicy(view);
  return { baseline, effect: Math.min(effect, 1) };
}

/** Planning asks for the same few numbers for every service. */
const known = new Map<string, number>();

/** The requests that a gate needs to see the policy's effect. @param rungs of its stage, which share the stage's level */
export function needed(policy: BakePolicy, share: number, rungs: number): number {
  const { baseline, effect, power } = policy;
  const key = [baseline, effect, power, share, rungs].join(' ');
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size > 1_000) known.clear();
  const alpha = (STAGE_ALPHA * (share < 1 ? ERRORS_PART : 1)) / rungs;
  const requests = requestsNeeded({ baseline, effect, share, alpha, power });
  // A gate that needs fewer than the policy's least would rest on less than the estate asks of any gate.
  const atLeast = Math.max(policy.leastRequests, requests);
  known.set(key, atLeast);
  return atLeast;
}

/** The seconds in which a rate brings so many requests, but for bad luck: their number is Poisson, near enough normal. */
export function secondsFor(requests: number, perSecond: number): number {
  if (perSecond <= 0) return Number.POSITIVE_INFINITY;
  const mean = (SURE / 2 + Math.sqrt(requests + (SURE * SURE) / 4)) ** 2;
  return Math.ceil(mean / perSecond);
}

/** The requests that a rate brings in a time in all but one of a hundred cases. */
const surely = (perSecond: number, seconds: number): number => {
  const mean = perSecond * seconds;
  return Math.max(0, Math.floor(mean - SURE * Math.sqrt(mean)));
};

/** The traffic that a gate judges, in requests per second. */
export interface Traffic {
  perSecond: number;
  /** What the caller brings that calls the least: it must bring the policy's least requests. */
  slowest: number;
}

/** The watch of traffic that needs so many requests: at least the policy's window, at most its longest bake. */
export function watchOf(policy: BakePolicy, requests: number, { perSecond, slowest }: Traffic): Watch {
  const wanted = Math.max(secondsFor(requests, perSecond), secondsFor(policy.leastRequests, slowest));
  const windowSeconds = Math.max(policy.leastWindowSeconds, Math.min(wanted, policy.maxBakeSeconds));
  return { minRequests: requests, windowSeconds, expectedRequests: Math.floor(perSecond * windowSeconds) };
}

/** Whether a watch can decide: its rate brings what it needs. */
export const decides = ({ expectedRequests, minRequests }: Watch): boolean => expectedRequests >= minRequests;

/** A part of watched traffic, such as one caller's: as much of the whole's evidence as its own rate brings. */
export function partOf(policy: BakePolicy, whole: Watch, perSecond: number): Watch {
  const { windowSeconds, minRequests } = whole;
  const own = Math.min(minRequests, surely(perSecond, windowSeconds));
  return {
    minRequests: Math.max(policy.leastRequests, own),
    windowSeconds,
    expectedRequests: Math.floor(perSecond * windowSeconds),
  };
}

const ratesOf = new WeakMap<EstateView, CallRate[]>();

/**
 * Who makes a caller's calls: itself, and for a service that has a twin that one too, unless it was seen to call by itself.
 * What is only declared of a twin is what its unit does until it shifts.
 */
function voicesOf(view: EstateView, caller: string, service: string): string[] {
  const own = view.inventory.workloads.find(({ id }) => id === caller);
  if (own?.role !== 'primary') return [caller];
  const others = view.workloads(own.service).filter(({ id }) => id !== caller && !view.isObserved(id, service));
  return [caller, ...others.map(({ id }) => id)];
}

/** What the named callers send to a service, in requests per second. Nothing where the rate is assumed, or of connections. */
export function statedRate(view: EstateView, service: string, callers: readonly string[]): number | undefined {
  const { requestsPerSecond, protocol } = view.service(service) ?? {};
  if (requestsPerSecond === undefined || protocol !== 'http') return undefined;
  const rates = ratesOf.get(view) ?? callRates(view);
  ratesOf.set(view, rates);
  const voices = new Set(callers.flatMap((caller) => voicesOf(view, caller, service)));
  return rates
    .filter(({ from, to, source }) => to === service && source === 'stated' && voices.has(from))
    .reduce((sum, { perSecond }) => sum + perSecond, 0);
}

/** What the named callers send to a service, and the least of them. Nothing where the rate is assumed, or of connections. */
export function statedTraffic(view: EstateView, service: string, callers: readonly string[]): Traffic | undefined {
  const perSecond = statedRate(view, service, callers);
  if (perSecond === undefined) return undefined;
  const each = callers.map((caller) => statedRate(view, service, [caller]) ?? 0);
  return { perSecond, slowest: each.reduce((least, one) => Math.min(least, one), perSecond) };
}

/** The watch of calls without a control beside them: of a join, of STRICT. Nothing where no rate is stated. */
export function watchOfCalls(view: EstateView, service: string, callers: readonly string[]): Watch | undefined {
  const perSecond = statedRate(view, service, callers);
  if (perSecond === undefined) return undefined;
  const policy = bakePolicy(view);
  const requests = needed(policy, 1, 1);
  return Number.isFinite(requests) ? watchOf(policy, requests, { perSecond, slowest: perSecond }) : undefined;
}

/** A scope that is asked over the watch's window, and for its requests. */
export const scopeIn = (scope: TrafficScope, watch: Watch | undefined): TrafficScope =>
  watch ? { ...scope, windowSeconds: watch.windowSeconds, minRequests: watch.minRequests } : scope;

/** Metrics that say over which window they were asked, and what is expected in it. */
export const noted = (metrics: readonly MetricCheck[], watch: Watch | undefined): MetricCheck[] =>
  metrics.map((metric) =>
    watch ? { ...metric, windowSeconds: watch.windowSeconds, expectedRequests: watch.expectedRequests } : metric,
  );
