import { describe, expect, it } from 'vitest';
import { called, grownPlan, grownYaml } from '../fakes/grown.ts';
import { codes, deferred, manifests, stage } from '../fakes/read-plan.ts';
import { shopPlan, shopYaml } from '../fakes/shop.ts';

describe('a plan of odd inputs', () => {
  it('refuses a service of which the inventory has the place and no workload, and plans the rest', () => {
    const plan = shopPlan(({ inventory }) => {
      inventory.workloads = inventory.workloads.filter(({ id }) => id !== 'vm/vm-b/pricing.service');
    });
    expect(codes(plan)).toContain('error MW1312 pricing');
    expect(plan.stages.map(({ id }) => id)).toContain('join-catalog');
    expect(plan.stages.map(({ id }) => id).filter((id) => id.includes('pricing'))).toEqual([]);
  });

  it('refuses one whose twin is in the cluster and in no list of workloads', () => {
    const plan = shopPlan(({ inventory }) => {
      inventory.workloads = inventory.workloads.filter(({ role }) => role !== 'twin');
    });
    expect(codes(plan)).toContain('error MW1312 catalog');
  });

  it('joins a unit that only calls, and lets its twin wait: no weights move it', () => {
    const yaml = shopYaml.replace('    hostname: catalog.shop.internal\n    port: 8080\n', '    callers: none\n');
    const plan = shopPlan(({ inventory }) => {
      inventory.dependencies = inventory.dependencies.filter(({ to }) => to !== 'service/catalog');
    }, yaml);
    expect(codes(plan).filter((code) => code.startsWith('error'))).toEqual([]);
    expect(plan.stages.map(({ id }) => id)).toContain('join-catalog');
    expect(deferred(plan)).toEqual(expect.arrayContaining(['catalog replatform MW1317', 'catalog retire MW1317']));
  });

  it('refuses what shares a host with a service that discovery could not read', () => {
    const unread = (subject: string): string[] =>
      codes(
        grownPlan(({ findings }) => void findings.push({ code: 'MW1101', level: 'error', subject, message: 'it did not answer' })),
      ).filter((code) => code.startsWith('error'));
    expect(unread('pricing')).toEqual(['error MW1101 pricing', 'error MW1310 stock']);
    expect(unread('stock')).toEqual(['error MW1101 stock', 'error MW1310 pricing']);
  });
});

describe('two services of one host with one port', () => {
  const same = grownYaml.replace('port: 8082,', 'port: 8081,').replace(', expires: 2026-06-30', '');

  it('are captured by it once, and leave it open while a caller of one of them is exempt', () => {
    const plan = grownPlan(({ dependencies }) => {
      for (const one of dependencies) if (one.to === 'service/stock') one.port = 8081;
    }, same);
    const capture = stage(plan, 'join-vm-b').steps.at(-1)?.apply[0];
    expect(capture).toMatchObject({ op: 'host.capture', capture: { inboundPorts: [8081] } });
    const policies = manifests(plan, 'PeerAuthentication').filter(({ metadata }) => metadata.name === 'vm-b-vm-strict');
    expect(policies.map((one) => one['spec'])).toEqual([
      expect.objectContaining({ portLevelMtls: { 8081: { mode: 'PERMISSIVE' } } }),
    ]);
  });
});

describe('callers behind one proxy', () => {
  const stated = grownYaml.replace('port: 8081, ', 'port: 8081, requestsPerSecond: 9, ');
  const busy = called('vm/vm-c/ledger.service', 'pricing', 8081);

  it('are judged once, by all that they send together', () => {
    const plan = grownPlan(({ dependencies }) => {
      for (const one of busy.evidence) one.count = 7;
      dependencies.push(busy);
    }, stated.replace('callsRarely: [pricing], ', ''));
    const metrics = (id: string) =>
      stage(plan, id).gate.metrics.filter(({ subject, test }) => test !== 'tripwire' && subject === 'vm-c to pricing.shop.internal');
    for (const id of ['join-vm-c', 'enforce-vm-b']) {
      expect(metrics(id).map(({ name }) => name)).toEqual(['traffic', 'error-rate']);
      const [{ expectedRequests = 0, windowSeconds = 1 }] = metrics(id) as [(ReturnType<typeof metrics>)[number]];
      expect(expectedRequests / windowSeconds).toBeGreaterThan(5);
    }
  });
});
