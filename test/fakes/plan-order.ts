import type { PlanOrder } from '../../src/plans/plan.ts';

/** Of a plan that nobody laid out in waves. */
export const noOrder: PlanOrder = {
  hoursPerWave: 24,
  lambda: 0,
  waves: 0,
  exposure: 0,
  callerFirst: 0,
  total: 0,
  rates: { stated: 0, assumed: 0 },
  joins: [],
};
