/**
 * The question which groups of workloads join in which wave, in numbers only: no names, so that planning, the solver,
 * its checker and an exact solver beside it mean the same. Waves count from 1.
 *
 * A group that joins in wave x is outside the mesh during the x - 1 waves before it. Of a call between two groups,
 * |x_caller - x_callee| waves pass with one side in the mesh and one outside: that is what exposure sums.
 */
export interface WaveProblem {
  /** Groups, numbered from 0. What must move together is one group already. */
  count: number;
  /** Workloads of each group, 1 or more. */
  size: Int32Array;
  /** Requests per second of each group, half of each call for each of its ends: what a bad join of it could harm. */
  traffic: Float64Array;
  /** Services of tier 0 in each group. */
  critical: Int32Array;
  /** Who owns each group, by number; -1: nobody is named. */
  owner: Int32Array;
  /** Calls between two groups, caller to callee, each pair once and none to itself, and their requests per second. */
  from: Int32Array;
  to: Int32Array;
  rate: Float64Array;
  /** Requests per second between each group and what never joins: exposed from its wave to the last. */
  outside: Float64Array;
  /** Requests per second between each group and what is in the mesh already: exposed until its wave. */
  inside: Float64Array;
  /** `second` joins in the wave of `first`, or later. */
  before: readonly { first: number; second: number; label: string }[];
  /** No more than `most` of the members join in one wave: the copies of a name, the hosts of a site. A group that is several of them is named as often. */
  apart: readonly { members: Int32Array; most: number; label: string }[];
  /** The first and the last wave each group may join in; `NO_LATEST` where any will do. */
  earliest: Int32Array;
  latest: Int32Array;
  limits: WaveLimits;
  weights: WaveWeights;
}

/**
 * What one wave may hold. These bind waves of two groups or more: a group that is larger than a limit by itself has a
 * wave of its own, as a workload cannot be cut in two. `Infinity` where nothing is limited.
 */
export interface WaveLimits {
  /** Workloads. */
  maxSize: number;
  /** Requests per second, summed over the groups. */
  maxTraffic: number;
  /** Services of tier 0. */
  maxCritical: number;
  /** Groups of one owner. */
  maxPerOwner: number;
  /** Waves in all: never more, whatever it costs. */
  maxWaves: number;
  /**
   * The first wave that anything joins in shows what the mesh costs here, so it is small: workloads (a group alone may
   * have more), and services of tier 0 (which binds a group alone too). An empty wave before it changes nothing.
   */
  first: { maxSize: number; maxCritical: number };
}

export interface WaveWeights {
  /** How long a wave lasts, in hours. */
  hoursPerWave: number;
  /** What a wave costs, in request-hours: requests per second times hours. */
  lambda: number;
  /** What a call costs more per exposed wave while its caller is in the mesh and its callee is not; 0.1 is a tenth. */
  callerFirst: number;
}

export const NO_LATEST = 0x7fffffff;

/** The wave of each group, from 1, and how the solver came to it. */
export interface WaveSolution {
  wave: Int32Array;
  waves: number;
}
