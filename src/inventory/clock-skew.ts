/** Between which values the difference of two clocks lies, in milliseconds: what asking took hides the rest. */
export interface ClockBounds {
  leastMs: number;
  mostMs: number;
}

/** From here on two clocks are worth a look. */
export const SKEW_WARNING_MS = 1_000;
/**
 * As far apart as discovery lets clocks be. Certificates would bear more: istiod dates them two minutes back (istio:
 * security/pkg/pki/util, ClockSkewGracePeriod), and tokens are taken with a leeway of one (go-jose: jwt.DefaultLeeway). A clock
 * that is off by seconds is one that nobody sets, and goes on.
 */
export const SKEW_ERROR_MS = 5_000;

/**
 * One clock by another, from what a third said of both: it drops out, and the doubts add up.
 *
 * @param first the third clock minus one
 * @param second the third clock minus the other
 * @returns the other clock minus the one
 */
export function apartBy(first: ClockBounds, second: ClockBounds): ClockBounds {
  return { leastMs: first.leastMs - second.mostMs, mostMs: first.mostMs - second.leastMs };
}

/** The possible difference that is nearest to zero, so that a slow answer never looks like a wrong clock. */
export function nearestZero({ leastMs, mostMs }: ClockBounds): number {
  if (leastMs > 0) return leastMs;
  return Math.min(mostMs, 0);
}

/** How far apart two clocks may be at most. */
export const furthest = ({ leastMs, mostMs }: ClockBounds): number => Math.max(Math.abs(leastMs), Math.abs(mostMs));
