import type { Counts } from '../../src/gates/sample.ts';
import { STEP_SECONDS, type TrafficCase } from './traffic-case.ts';
import { gamma, normal, poisson } from './variates.ts';

/** Both sides' counters at one scrape, since the bake began. */
export interface Scrape {
  seconds: number;
  judged: Counts;
  control: Counts;
}

const MINUTE = 60;

/**
 * What proxies would count, scrape by scrape: arrivals are Poisson, each request goes to the judged side with probability
 * `share` and fails with its side's ratio of that minute. The fault, if any, is there from the first second on.
 */
export function* trafficStream(one: TrafficCase, random: () => number): Generator<Scrape> {
  const factors = minuteFactors(one.minutes, random);
  const judged = { requests: 0, errors: 0 };
  const control = { requests: 0, errors: 0 };
  let factor = { judged: 1, control: 1 };
  for (let seconds = 0; seconds < one.seconds;) {
    if (seconds % MINUTE === 0) factor = factors();
    seconds += STEP_SECONDS;
    count(judged, one.rate * one.share, one.baseline * factor.judged + one.fault, random);
    count(control, one.rate * (1 - one.share), one.baseline * factor.control, random);
    yield { seconds, judged: { ...judged }, control: { ...control } };
  }
}

function count(side: Counts, perSecond: number, ratio: number, random: () => number): void {
  const mean = perSecond * STEP_SECONDS;
  const errors = poisson(mean * Math.min(1, ratio), random);
  side.errors += errors;
  side.requests += errors + poisson(mean * Math.max(0, 1 - ratio), random);
}

/** Of the shared cause, in natural logarithms: its standard deviation, and how much of it is left in the next minute. */
const SHARED = { deviation: 0.7, persistence: 0.7 };
/** Of each side for itself: a coefficient of variation of one half is a gamma variable of shape 4. */
const OWN_SHAPE = 4;

/** By how much the healthy error ratio of each side is off in a minute; its mean is 1. */
function minuteFactors(
  minutes: TrafficCase['minutes'],
  random: () => number,
): () => { judged: number; control: number } {
  if (minutes === 'independent') return () => ({ judged: 1, control: 1 });
  if (minutes === 'own')
    return () => ({ judged: gamma(OWN_SHAPE, random) / OWN_SHAPE, control: gamma(OWN_SHAPE, random) / OWN_SHAPE });
  const { deviation, persistence } = SHARED;
  let state = normal(random) * deviation;
  return () => {
    const both = Math.exp(state - (deviation * deviation) / 2);
    state = persistence * state + Math.sqrt(1 - persistence * persistence) * deviation * normal(random);
    return { judged: both, control: both };
  };
}
