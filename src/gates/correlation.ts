/**
 * How far the error ratio of one side alone may wander from minute to minute without a fault: the squared coefficient of
 * variation. 0.5 is a ratio that is off by seven tenths of itself, as a standard deviation, and anew in every minute.
 */
export const OWN_VARIATION = 0.5;

const BLOCK_MS = 60_000;

/** What is known of a healthy judged side: the events it should have by now, and its share of the traffic, 0 to 1. */
export interface Expected {
  events: number;
  share: number;
  elapsedMs: number;
}

/**
 * By how much correlated minutes inflate the variance of the judged side's part of all events, at least 1. What both sides
 * have in common in a minute cancels, since the test asks whose an event was. What one side has for itself does not: if the
 * ratio of each has the variation v within a minute, the odds that an event is the judged side's have the variation 2v, and
 * k events in b minutes the design effect 1 + (k/b) s (1-s) 2v, where k s is `events`. Counts are divided by it before they
 * are judged: so many of them are as good as independent.
 *
 * It is an approximation: exact without such variation (v = 0), held against simulation with it. It grows with the events of
 * a *healthy* side, so that a fault does not hide itself.
 * Source: Kish 1965, "Survey sampling", 5.4 (design effect of clusters); McCullagh and Nelder 1989, "Generalized linear
 * models", 4.5 (quasi-likelihood for overdispersed proportions).
 */
export function designEffect({ events, share, elapsedMs }: Expected): number {
  const minutes = Math.max(1, elapsedMs / BLOCK_MS);
  return 1 + (2 * OWN_VARIATION * (1 - share) * events) / minutes;
}

/** The same without a control: the judged side against a ratio that is fixed, so that only its own variation counts. */
export function ownDesignEffect(events: number, elapsedMs: number): number {
  return 1 + (OWN_VARIATION * events) / Math.max(1, elapsedMs / BLOCK_MS);
}
