import { describe, expect, it } from 'vitest';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { called, grownPlan, grownYaml, reports } from '../fakes/grown.ts';
import { manifests } from '../fakes/read-plan.ts';
import { shopPlan, shopYaml } from '../fakes/shop.ts';
import { threshold } from '../fakes/metrics.ts';

const stageIds = (plan: MigrationPlan): string[] => plan.stages.map(({ id }) => id);

describe('what a gate judges by', () => {
  it('counts at each rung what arrives at the VM by the VM’s own proxy, so that a stranger shows', () => {
    const rungs = shopPlan().stages.find(({ id }) => id === 'shift-catalog')?.steps ?? [];
    const arrivals = rungs.map(({ gate }) => gate?.metrics.find(({ subject }) => subject.endsWith('of all that arrives')));
    expect(arrivals.map((metric) => [threshold(metric).min, threshold(metric).max])).toEqual([
      [0, 0.099],
      [0, 0.15],
      [0.15, 0.35],
      [0.4, 0.6],
      [0.95, 1],
    ]);
    expect(threshold(arrivals[0]).total).toContain('cluster_name=~"inbound\\\\|8080\\\\|\\\\|"');
  });

  it('judges a rung by traffic, or does not shift', () => {
    const rare = shopYaml.replace('callers: none, workload', 'callers: none, callsRarely: [catalog], workload');
    const plan = shopPlan(undefined, rare);
    expect(plan.deferred).toContainEqual(expect.objectContaining({ subject: 'catalog', move: 'replatform', code: 'MW1336' }));
    expect(stageIds(plan)).not.toContain('shift-catalog');
  });

  it('judges STRICT by the twin of a caller that has shifted: its unit is called by nobody any more', () => {
    const enforce = shopPlan().stages.find(({ id }) => id === 'enforce-pricing');
    expect(enforce?.gate.metrics.map(({ subject }) => subject)).toEqual([
      'shop/catalog to pricing.shop.internal',
      'shop/catalog to pricing.shop.internal',
    ]);
  });

  it('does not take silence for a seldom caller without errors: its proxy must be scraped', () => {
    const gate = grownPlan().stages.find(({ id }) => id === 'join-vm-c')?.gate;
    const [metric] = gate?.metrics.filter(({ name }) => name === 'error-count') ?? [];
    expect(threshold(metric).query).toContain('and on() (count(envoy_cluster_membership_total{');
  });

  it('asks each proxy once, though two units of its host call the same service', () => {
    const line = /.*name: reports,.*\n/.exec(grownYaml)?.[0] ?? '';
    const second = line.replace('name: reports', 'name: archive').replace('reports.service', 'archive.service');
    const plan = grownPlan(({ hosts, dependencies, workloads }) => {
      const units = hosts.find(({ name }) => name === 'vm-c')?.units ?? [];
      units.push({ ...(units[0] as (typeof units)[number]), name: 'archive.service' });
      const id = 'vm/vm-c/archive.service';
      workloads.push({ ...(workloads.find((one) => one.id === reports) as (typeof workloads)[number]), id, service: 'archive' });
      dependencies.push(called(id, 'stock', 8082, 'ip'), called(id, 'pricing', 8081));
    }, grownYaml.replace(line, line + second));
    expect(plan.stages.map(({ id }) => id)).toContain('join-vm-c');
    for (const { gate } of plan.stages) {
      const asked = gate.metrics.map(({ name, subject }) => `${name} ${subject}`);
      expect(new Set(asked).size).toBe(asked.length);
    }
  });

  it('keeps the metrics of two services that share a name on different ports', () => {
    const yaml = grownYaml.replace('hostname: stock.shop.internal', 'hostname: pricing.shop.internal');
    const { gate } = grownPlan(undefined, yaml).stages.find(({ id }) => id === 'join-vm-c') ?? {};
    const asked = gate?.metrics.filter(({ name }) => name === 'traffic' || name === 'error-count') ?? [];
    expect(asked.map((metric) => /outbound\W+(\d+)/.exec(threshold(metric).query)?.[1]).sort()).toEqual(['8081', '8082']);
  });
});

describe('the idle connections of callers', () => {
  const rules = (plan: MigrationPlan): unknown[] =>
    manifests(plan, 'DestinationRule').map(({ metadata, spec }) => [metadata.name, spec]);
  const closing = (host: string, idleTimeout: string): object => ({
    host,
    trafficPolicy: { connectionPool: { http: { idleTimeout } } },
  });

  it('are closed by their owners long before a drain ends, at each backend of a name', () => {
    expect(rules(shopPlan())).toEqual([
      ['pricing', closing('pricing.shop.internal', '10s')],
      ['catalog-vm', closing('catalog-vm.shop.svc.cluster.local', '10s')],
      ['catalog-k8s', closing('catalog-k8s.shop.svc.cluster.local', '10s')],
    ]);
  });

  it.each([
    ['5s', '2s'],
    ['6.500s', '3s'],
    ['0.5s', '1s'],
    ['60s', '10s'],
  ])('are closed sooner where the mesh drains for less: %s', (drainDuration, idle) => {
    const plan = shopPlan(({ cluster }) => {
      if (cluster.mesh) cluster.mesh.defaultConfig['drainDuration'] = drainDuration;
    });
    expect(rules(plan)).toContainEqual(['pricing', closing('pricing.shop.internal', idle)]);
  });

  it('are left alone over TCP', () => {
    const plan = shopPlan(undefined, shopYaml.replace('    port: 8080\n', '    port: 8080\n    protocol: tcp\n'));
    expect(rules(plan)).toEqual([['pricing', closing('pricing.shop.internal', '10s')]]);
  });
});
