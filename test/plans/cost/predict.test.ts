import { describe, expect, it } from 'vitest';
import { modes } from '../../../src/plans/cost/figures.ts';
import type { PlanCost } from '../../../src/plans/cost/schema.ts';
import { costSources } from '../../../src/plans/cost/sources.ts';
import { renderCost } from '../../../src/report/cost-text.ts';
import { renderPlanSummary } from '../../../src/report/plan-text.ts';
import { toTerminal } from '../../../src/report/style.ts';
import { grownPlan } from '../../fakes/grown.ts';
import { type ShopParts, shopPlan, shopYaml } from '../../fakes/shop.ts';

const web = 'k8s/lab/shop/Deployment/web';
const vm = 'vm/vm-a/catalog.service';
const twin = 'k8s/lab/shop/Deployment/catalog';

/** The shop with 1,000 requests/s to catalog and 500 to pricing. */
const stated = shopYaml
  .replace('    port: 8080\n', '    port: 8080\n    requestsPerSecond: 1000\n')
  .replace('port: 8081,', 'port: 8081, requestsPerSecond: 500,');

function costOf(yaml = stated, change?: (parts: ShopParts) => void): PlanCost {
  const { cost } = shopPlan(change, yaml);
  if (!cost) throw new Error('the plan has no cost');
  return cost;
}

const entry = (cost: PlanCost, id: string): PlanCost['workloads'][number] => {
  const found = cost.workloads.find(({ workloads }) => workloads.includes(id));
  if (!found) throw new Error(`nothing of ${id}`);
  return found;
};

describe('the predicted cost', () => {
  it('has each workload that joins, with the requests that pass its proxy: received and sent', () => {
    const cost = costOf();
    expect(cost.basis).toBe('prediction');
    expect(cost.workloads.map(({ workloads, requestsPerSecond, rate }) => [...workloads, requestsPerSecond, rate])).toEqual([
      ['vm/vm-b/pricing.service', 500, 'stated'],
      [vm, 1500, 'stated'],
      [twin, 1500, 'stated'],
      [web, 1000, 'stated'],
    ]);
  });

  it('scales CPU with requests and memory with proxies, from the lowest published figure to the highest', () => {
    const { sidecar, ambient, proxies } = entry(costOf(), twin);
    expect(proxies).toBe(2);
    // 200 to 500 millicores for 1,000 requests/s; 40 to 156.2 MB for each of two proxies.
    expect(sidecar?.cpuMillicores).toEqual({ low: 300, high: 750 });
    expect(sidecar?.memoryMib).toEqual({ low: Math.floor(80e6 / 2 ** 20), high: Math.ceil(312.4e6 / 2 ** 20) });
    // A ztunnel alone, or with a waypoint.
    expect(ambient?.cpuMillicores).toEqual({ low: 90, high: 465 });
    expect(ambient?.memoryMib).toEqual({ low: Math.floor(12e6 / 2 ** 20), high: Math.ceil(84e6 / 2 ** 20) });
    expect(sidecar?.p99Ms).toEqual({ low: 0.88, high: 19.9 });
  });

  it('offers a host no ambient mode', () => {
    expect(entry(costOf(), vm).ambient).toBeUndefined();
    expect(entry(costOf(), vm).sidecar).toBeDefined();
  });

  it('counts the requests of a service with a twin once in all, and the memory of both', () => {
    const cost = costOf();
    const sidecars = cost.workloads.flatMap(({ sidecar }) => sidecar ?? []);
    expect(cost.total?.cpuMillicores).toEqual({ low: 100 + 300 + 200, high: 250 + 750 + 500 });
    expect(cost.total?.memoryMib.high).toBe(sidecars.reduce((sum, { memoryMib }) => sum + memoryMib.high, 0));
  });

  it('says where a rate is assumed, or partly', () => {
    const cost = costOf(shopYaml.replace('    port: 8080\n', '    port: 8080\n    requestsPerSecond: 1000\n'));
    expect(entry(cost, vm).rate).toBe('mixed');
    expect(entry(cost, web).rate).toBe('stated');
    expect(entry(cost, 'vm/vm-b/pricing.service').rate).toBe('assumed');
    expect(costOf(shopYaml).workloads.map(({ rate }) => rate)).toEqual(Array.from({ length: 4 }, () => 'assumed'));
  });

  it('takes what is stated of a service that nobody was seen to call', () => {
    const cost = costOf(stated.replace('name: web, ', 'name: web, requestsPerSecond: 70, '));
    expect(entry(cost, web).requestsPerSecond).toBe(1070);
  });

  it('is a range for every workload and figure, also without any request, and of any release', () => {
    for (const version of ['1.31-alpha.eed52ebb66ad', '1.24.0', '1.20.3', '1.12.1', '1.8.0', '1.7.0', 'unreadable']) {
      const cost = costOf(stated.replaceAll(/requestsPerSecond: \d+/g, 'requestsPerSecond: 0'), ({ mesh }) => {
        mesh.version = version;
      });
      for (const { sidecar, ambient } of cost.workloads)
        for (const amounts of [sidecar, ambient])
          for (const range of amounts ? [amounts.cpuMillicores, amounts.memoryMib, amounts.p50Ms, amounts.p99Ms] : [])
            expect(range.low, version).toBeLessThan(range.high);
    }
  });

  it('leaves out figures of later releases than the cluster’s, and modes that it does not have', () => {
    const of = (version: string): PlanCost => costOf(stated, ({ mesh }) => {
      mesh.version = version;
    });
    expect(entry(of('1.20.3'), web).sidecar?.cpuMillicores).toEqual({ low: 350, high: 500 });
    expect(entry(of('1.20.3'), web).sidecar?.sources).not.toContain('istio-1.24');
    expect(entry(of('1.20.3'), web).ambient).toBeUndefined();
    expect(entry(of('1.31'), web).ambient).toBeDefined();
    expect(entry(of('1.5.0'), web).sidecar).toBeUndefined();
    expect(of('1.5.0').total).toBeUndefined();
  });

  it('names each source that it rests on, and no other', () => {
    const { workloads, sources } = costOf(stated, ({ mesh }) => {
      mesh.version = '1.12.1';
    });
    const named = new Set(workloads.flatMap(({ sidecar, ambient }) => [...(sidecar?.sources ?? []), ...(ambient?.sources ?? [])]));
    expect(sources.map(({ id }) => id).toSorted()).toEqual([...named].toSorted());
    expect(named).not.toContain('istio-1.24');
  });

  it('has one proxy for the services of a host, and none where all have joined', () => {
    const shared = grownPlan().cost?.workloads.find(({ services }) => services.includes('stock'));
    expect(shared?.services).toEqual(['pricing', 'stock']);
    expect(shared?.proxies).toBe(1);
    const joined = shopPlan(({ inventory }) => {
      for (const workload of inventory.workloads) workload.position.mesh = 'on';
    });
    expect(joined.cost).toBeUndefined();
  });

  it('says which connections it cannot count, and predicts no CPU of them', () => {
    const tcp = stated.replace('    port: 8080\n', '    port: 8080\n    protocol: tcp\n');
    const { leftOut, requestsPerSecond } = entry(costOf(tcp), web);
    expect(leftOut).toEqual(['catalog']);
    expect(requestsPerSecond).toBe(0);
    expect(toTerminal(renderCost(costOf(tcp)).join('\n'), false)).toContain('without the connections of catalog');
  });
});

describe('the figures', () => {
  it('are of a known source each, and every source has a figure', () => {
    const used = Object.values(modes).flatMap((mode) => Object.values(mode).flat().map(({ source }) => source));
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(costSources).toSorted());
  });
});

describe('the cost in words', () => {
  it('is a line of the summary, which says how much of it is assumed', () => {
    const text = (yaml: string): string => toTerminal(renderPlanSummary(shopPlan(undefined, yaml), 'plan.yaml'), false);
    expect(text(stated)).toContain('Sidecars are predicted to take 600 to 1500 millicores and 228 to 894 MiB.');
    expect(text(shopYaml)).toContain('the rate of 4 of 4 workloads is assumed, or partly');
    expect(text(stated)).toMatch(/It is expected to take \d+ min( \d+ s)?, if every gate passes/);
  });

  it('is a section of the plan, a prediction with its sources', () => {
    const text = toTerminal(renderCost(costOf()).join('\n'), false);
    expect(text).toContain('a prediction from published figures (the cluster has 1.31), until the first wave has measured it');
    expect(text).toContain(`${twin}: 2 proxies, 1500 requests/s (stated)`);
    expect(text).toContain('ambient: 90 to 465 millicores, 11 to 81 MiB, adds 0 to 1.4 ms (p50), 0.2 to 1.4 ms (p99)  istio-1.24, istio-modes, linkerd-2025');
    expect(text).toContain('istio-1.24: Istio 1.24, Performance and Scalability, https://istio.io/v1.24/');
  });
});
