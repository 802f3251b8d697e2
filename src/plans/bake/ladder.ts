import type { EstateService } from '../../estate/schema.ts';
import { scopeOf } from '../members.ts';
import type { EstateView } from '../view.ts';
import { type BakePolicy, bakePolicy, decides, needed, secondsFor, statedTraffic, STAGE_ALPHA, type Traffic,
  type Watch, watchOf } from './watch.ts';

/** One rung of a ladder. */
export interface Rung {
  /** The twin's share, in percent. */
  weight: number;
  /** How many rungs the ladder has: they share the stage's level. */
  rungs: number;
  /** How long it is watched and for how many requests; absent where nobody stated the service's rate. */
  watch?: Watch;
  /** Why, for the reviewer. */
  note?: string;
}

/** The callers whose calls decide a service's gates: those whose proxies count them, that were seen to call, and not too seldom. */
const decidingCallers = (view: EstateView, service: string): string[] =>
  view
    .callersOf(service)
    .filter((caller) => view.isObserved(caller, service) && !view.isRare(caller, service))
    .filter((caller) => scopeOf(view, caller) !== undefined);

/**
 * The ladder of a service. Where its rate is stated, rungs that cannot decide within the policy's longest bake are left
 * out: fewer rungs share the stage's level, so that each needs fewer requests. The last one stays, and of those before it
 * at least the one that needs the least time: a service without traffic pauses there, and is not moved unwatched.
 */
export function rungsOf(view: EstateView, { name }: EstateService): Rung[] {
  const { ladder } = view.estate.policy;
  const traffic = statedTraffic(view, name, decidingCallers(view, name));
  const policy = bakePolicy(view);
  if (traffic === undefined || !Number.isFinite(needed(policy, 1, 1))) return ladder.map((weight) => ({ weight, rungs: ladder.length }));
  const kept = keptRungs(policy, ladder, traffic);
  return kept.map((weight) => {
    const watch = rungWatch(policy, kept, weight, traffic);
    return { weight, rungs: kept.length, watch, note: noteOf(policy, kept, weight, { perSecond: traffic.perSecond, watch }) };
  });
}

/** Those that decide in time, with the level that is each one's share among those that are left. */
function keptRungs(policy: BakePolicy, ladder: readonly number[], traffic: Traffic): number[] {
  const inTime = ladder.filter((weight) => weight === 100 || decides(rungWatch(policy, ladder, weight, traffic)));
  if (inTime.length === ladder.length) return inTime;
  if (inTime.length > 1) return keptRungs(policy, inTime, traffic);
  const time = (weight: number): number => needed(policy, weight / 100, 2);
  const before = ladder.filter((weight) => weight < 100);
  const quickest = before.reduce((best, weight) => (time(weight) <= time(best) ? weight : best), before[0] ?? 100);
  return [...new Set([quickest, 100])];
}

const rungWatch = (policy: BakePolicy, rungs: readonly number[], weight: number, traffic: Traffic): Watch =>
  watchOf(policy, needed(policy, weight / 100, rungs.length), traffic);

const percent = (ratio: number): string => `${Number((ratio * 100).toPrecision(3))} %`;

function noteOf(
  policy: BakePolicy,
  rungs: readonly number[],
  weight: number,
  { perSecond, watch }: { perSecond: number; watch: Watch },
): string {
  const against = weight === 100 ? 'no traffic beside it to compare with' : `${100 - weight} % of the traffic beside it`;
  const [faulty, healthy] = [percent(policy.baseline + policy.effect), percent(policy.baseline)];
  const test = `errors of ${faulty}, where ${healthy} is healthy, show by ${watch.minRequests} requests, with ${against} (level ${percent(STAGE_ALPHA)} over ${rungs.length} rung(s), power ${percent(policy.power)})`;
  const rate = `${Number(perSecond.toPrecision(3))} requests/s`;
  const brought = `${test}; watched for ${watch.windowSeconds} s, in which ${rate} bring ${watch.expectedRequests}`;
  if (decides(watch)) return brought;
  return `${brought}, and ${inWords(secondsFor(watch.minRequests, perSecond))}: the gate will pause for want of data`;
}

const inWords = (seconds: number): string =>
  Number.isFinite(seconds) ? `all of them in ${seconds} s` : 'never all of them';
