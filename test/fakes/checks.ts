import type { CheckBy } from '../../src/plans/gate.ts';

const tally = { proxies: [{ host: 'vm-a' }], clusters: ['outbound|8080||catalog.shop.internal'] };
const asked = { subject: 's', minRequests: 20 };

/** A ratio of at most 1 %. */
export const ratioCheck: CheckBy<'threshold'> = {
  name: 'error-rate',
  test: 'threshold',
  ...asked,
  query: 'q',
  total: 't',
  max: 0.01,
};

/** Errors beside a control, on one of five rungs. */
export const errorsCheck: CheckBy<'errors'> = {
  name: 'error-rate',
  test: 'errors',
  ...asked,
  judged: { requests: 'jr', errors: 'je', tally },
  control: { requests: 'cr', errors: 'ce', tally },
  baseline: 0.001,
  effect: 0.01,
  stopAt: 500,
};

const { control: _, ...alone } = errorsCheck;
/** The same without a control. */
export const errorsAloneCheck: CheckBy<'errors'> = alone;

export const latencyCheck: CheckBy<'latency'> = {
  name: 'latency',
  test: 'latency',
  ...asked,
  judged: { buckets: 'jb', tally },
  control: { buckets: 'cb', tally },
  tolerance: 2,
  stopAt: 500,
};

export const burstCheck: CheckBy<'tripwire'> = {
  name: 'error-burst',
  test: 'tripwire',
  ...asked,
  query: 'q[30s]',
  total: 't[30s]',
  max: 0.25,
  forSeconds: 30,
  tally,
};
