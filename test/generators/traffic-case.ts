/** Counters are scraped so often; a test can see nothing earlier. */
export const STEP_SECONDS = 5;

/** One kind of traffic that a gate may have to judge. */
export interface TrafficCase {
  /** Requests per second of both sides together. */
  rate: number;
  /** The part of them that is judged, 0 to 1. */
  share: number;
  /** The healthy error ratio, of both sides. */
  baseline: number;
  /** How much higher the judged side's is; 0 is no fault. */
  fault: number;
  /**
   * How minutes differ. `independent`: not at all. `shared`: a cause that both sides have in common, such as a callee, makes
   * the healthy ratio of some minutes a multiple of others', and lasts. `own`: each side's does so for itself, anew in each minute.
   */
  minutes: 'independent' | 'shared' | 'own';
  /** How long it is watched. */
  seconds: number;
}
