/** The hard constraints of a problem, by the field that states them. */
export type ConstraintKind =
  | 'maxSize'
  | 'maxTraffic'
  | 'maxCritical'
  | 'maxPerOwner'
  | 'maxWaves'
  | 'firstMaxSize'
  | 'firstMaxCritical'
  | 'before'
  | 'apart'
  | 'earliest'
  | 'latest';

/** A hard constraint that an order of waves breaks. */
export interface Violation {
  kind: ConstraintKind;
  /** What the problem calls it; empty for limits and pins, which have no label. */
  label: string;
  /** The wave it is broken in: of `before`, the wave of the one that is too early. */
  wave: number;
  /** The groups in question, in rising order; of `before`, the first and the second. */
  groups: number[];
  /** What the order has, and what it may have at most (of `earliest` and `before`: at least). */
  found: number;
  allowed: number;
}

/** One constraint of a set that no order satisfies together. */
export interface ConflictPart {
  kind: ConstraintKind;
  /** What the problem calls it; empty for limits and pins, which have no label. */
  label: string;
  /** The groups it is about: of `before` the first and the second, of `maxPerOwner` that owner's; of other limits none. */
  groups: number[];
  /** What it allows; of `before`, 0. */
  value: number;
}

/** Why there is no order. */
export interface WaveConflict {
  /**
   * If proven, constraints that cannot all be met, none of which can be left out. If not, no order was found within
   * the budget, and these are the constraints that the best try broke.
   */
  conflict: ConflictPart[];
  proven: boolean;
}

/** A sum of rates may be over its limit by this part of it: the order of an addition is not worth a refusal. */
export const SLACK = 1e-9;
