import { describe, expect, test } from 'vitest';
import { Counters } from '../../../src/execute/world/counters.ts';
import { evaluate } from '../../../src/execute/world/promql.ts';

const proxy = { instance: '192.0.2.1:15090' };
const pods = { namespace: 'shop', pod: 'web-5d8f9-x2x4z' };

/** Ten a second to a, a tenth of them errors after ten seconds; twenty a second to b. */
function counted(): Counters {
  const counters = new Counters();
  const flow = { proxy, protocol: 'http', slow: 0 } as const;
  const other = { ...flow, proxy: pods, cluster: 'b', perSecond: 20, errors: 0 };
  counters.set([{ ...flow, cluster: 'a', perSecond: 10, errors: 0 }, other], 0);
  counters.set([{ ...flow, cluster: 'a', perSecond: 10, errors: 0.1 }, other], 10_000);
  return counters;
}

const at = 20_000;
const value = (query: string): number | undefined => evaluate(query, counted(), at)[0]?.value;

describe('queries of gates', () => {
  test.each([
    [
      'sum(increase(envoy_cluster_upstream_rq_completed{instance=~"192\\\\.0\\\\.2\\\\.1:.*",cluster_name=~"a"}[15s]))',
      150,
    ],
    ['sum(increase(envoy_cluster_upstream_rq{cluster_name="a",response_code_class="5xx"}[15s])) or vector(0)', 10],
    ['(sum(increase(envoy_cluster_upstream_rq{cluster_name="b",response_code_class="5xx"}[15s])) or vector(0))', 0],
    [
      '(sum(increase(envoy_cluster_upstream_rq{cluster_name="a",response_code_class="5xx"}[5s]))) / (sum(increase(envoy_cluster_upstream_rq_completed{cluster_name="a"}[5s])))',
      0.1,
    ],
    ['sum(rate(envoy_cluster_upstream_rq_completed[10s]))', 30],
    [
      'sum(increase(envoy_cluster_upstream_rq_completed{namespace="shop",pod=~"web-[a-z0-9]+(-[a-z0-9]+)?"}[1s])) * 2 + 1',
      41,
    ],
    ['vector(0) and on() (count(envoy_cluster_membership_total{cluster_name="a"}) > 0)', 0],
    ['vector(0) and on() (count(envoy_cluster_membership_total{cluster_name="a"}) > 1)', undefined],
    ['sum(increase(envoy_cluster_upstream_rq_completed{cluster_name="c"}[15s]))', undefined],
    ['sum(increase(envoy_cluster_upstream_rq_completed{cluster_name!~"a|b"}[15s]))', undefined],
    ['sum by (le) (increase(envoy_cluster_upstream_rq_time_bucket{cluster_name="b",le="+Inf"}[10s]))', 200],
    ['label_replace(vector(7), "part", "total", "", "")', 7],
  ])('%s', (query, wanted) => {
    const found = value(query);
    if (wanted === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(wanted, 6);
  });

  test.each(['predict_linear(envoy_cluster_upstream_rq_completed[5m], 3600)', 'sum(', 'a @ 3', '1 1'])(
    '%s is refused, not guessed',
    (query) => {
      expect(() => value(query)).toThrow(SyntaxError);
    },
  );

  test('slow answers move the histogram, not its sum', () => {
    const counters = new Counters();
    counters.set([{ proxy, cluster: 'a', protocol: 'http', perSecond: 100, errors: 0, slow: 1 }], 0);
    const below = (le: string): number =>
      evaluate(`sum(envoy_cluster_upstream_rq_time_bucket{le="${le}"})`, counters, 1_000)[0]?.value ?? 0;
    expect([below('25') < 50, below('+Inf')]).toEqual([true, 100]);
  });
});
