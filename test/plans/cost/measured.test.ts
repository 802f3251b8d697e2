import { describe, expect, it } from 'vitest';
import { forecast, meshCost } from '../../../src/plans/cost/measured.ts';
import type { PlanCost } from '../../../src/plans/cost/schema.ts';

const predicted = {
  p50Ms: { low: 0, high: 5 },
  p99Ms: { low: 1, high: 20 },
  millicoresPerThousand: { low: 200, high: 500 },
};
const proxy = (addedMs: number | null, perSecond: number | null, millicores: number | null) => ({
  subject: 'a',
  addedMs,
  perSecond,
  millicores,
});

describe('what the mesh costs, of several proxies', () => {
  it('is weighed by the requests that pass them, and a call passes two', () => {
    const { callMs, above } = meshCost([proxy(1, 300, null), proxy(2, 100, null)], predicted);
    expect([callMs, above]).toEqual([2.5, []]);
  });

  it('counts only the requests of proxies whose CPU is known', () => {
    expect(meshCost([proxy(1, 500, 150), proxy(1, 500, null)], predicted).millicoresPerThousand).toBe(300);
  });

  it.each([
    ['latency', [proxy(10.1, 1, null)]],
    ['CPU', [proxy(null, 1000, 501)]],
  ] as const)('says when %s is above all that is published', (what, proxies) => {
    expect(meshCost(proxies, predicted).above).toEqual([what]);
  });

  it('is not measured where no request passed', () => {
    expect(meshCost([proxy(null, 0, 3)], predicted)).toEqual({ callMs: null, millicoresPerThousand: null, above: [] });
  });
});

describe('what is to come', () => {
  const entry = (id: string, requestsPerSecond: number) => ({
    workloads: [id],
    services: [id],
    proxies: 2,
    requestsPerSecond,
    rate: 'stated' as const,
  });
  const cost: PlanCost = { basis: 'prediction', workloads: [entry('a', 100), entry('b', 400)], sources: [] };

  it('is what the measurement says of the requests of those that have not joined', () => {
    const measured = meshCost([proxy(1, 1000, 300)], predicted);
    expect(forecast(cost, measured, new Set(['a']))).toEqual({ proxies: 2, millicores: 120 });
    expect(forecast(cost, measured, new Set(['a', 'b']))).toEqual({ proxies: 0, millicores: 0 });
  });

  it('is not known where CPU was not measured', () => {
    expect(forecast(cost, meshCost([], predicted), new Set()).millicores).toBeNull();
  });
});
