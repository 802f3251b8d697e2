import { describe, expect, it } from 'vitest';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { shopPlan, shopYaml } from '../fakes/shop.ts';

const measuring = ({ stages }: MigrationPlan): string[] => stages.flatMap(({ id, measure }) => (measure ? [id] : []));

describe('what a plan lets be measured', () => {
  const plan = shopPlan();
  const measure = plan.stages.find((stage) => stage.measure)?.measure;

  it('is the mesh after the last join of the first wave, once', () => {
    const joins = plan.stages.filter(({ move, wave }) => move === 'join' && wave === plan.stages[0]?.wave);
    expect(measuring(plan)).toEqual([joins.at(-1)?.id]);
    expect(measure?.proxies.map(({ subject }) => subject)).toEqual(['vm-b']);
  });

  it('asks of each proxy what a request spends in it, and how many pass', () => {
    const [proxy] = measure?.proxies ?? [];
    expect(proxy?.host).toBe('vm-b');
    expect(proxy?.addedMs).toMatch(/^\(sum\(increase\(envoy_http_downstream_rq_time_sum\{.*\}\[30s\]\)\) - sum\(increase\(envoy_cluster_upstream_rq_time_sum/);
    expect(proxy?.perSecond).toMatch(/envoy_http_downstream_rq_time_count\{.*\}\[30s\]\)\) \/ 30$/);
  });

  it('has beside it what is published of the release', () => {
    for (const range of Object.values(measure?.predicted ?? {})) expect(range.low).toBeLessThan(range.high);
    expect(measure?.predicted.millicoresPerThousand.low).toBeGreaterThan(0);
  });

  it('is nothing where nobody keeps what proxies count', () => {
    expect(measuring(shopPlan(undefined, shopYaml.replace(/^metrics: .*\n/m, '')))).toEqual([]);
  });
});
