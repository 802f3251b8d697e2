import { describe, expect, it } from 'vitest';
import type { MigrationPlan, Stage } from '../../src/plans/plan.ts';
import { renderPlan } from '../../src/report/plan-text.ts';
import { retiringYaml, type ShopParts, shopPlan, shopYaml } from '../fakes/shop.ts';
import { threshold } from '../fakes/metrics.ts';

const dns = '{ name: dns, answers: [192.0.2.99] }';
const planned = (retire = dns, change?: (parts: ShopParts) => void): MigrationPlan =>
  shopPlan(change, retiringYaml(retire));
const stageOf = (plan: MigrationPlan): Stage => {
  const stage = plan.stages.at(-1);
  if (stage?.id !== 'retire-catalog') throw new Error(`the last stage is ${stage?.id}`);
  return stage;
};
const step = (plan: MigrationPlan, action: string) => stageOf(plan).steps.find((one) => one.action === action);
const codes = (plan: MigrationPlan): string[] => plan.findings.map(({ code, subject }) => `${code} ${subject}`);

describe('the end of an old unit', () => {
  it('comes last: nobody calls, the name is settled, the unit stops, its host leaves', () => {
    const stage = stageOf(planned());
    expect(stage.steps.map(({ action }) => action)).toEqual(['quiet', 'name', 'stop', 'leave']);
    expect(stage).toMatchObject({ move: 'retire', reversible: 'until', subjects: ['vm/vm-a/catalog.service', expect.any(String)] });
    expect([planned().complete, planned().deferred]).toEqual([true, []]);
  });

  it('has one commit point, the stop, and all before it can be taken back', () => {
    const steps = planned().stages.flatMap((one) => one.steps);
    expect(steps.find(({ revert }) => revert === 'irreversible')?.id).toBe('retire-catalog/stop');
    expect(steps.filter(({ revert }) => revert === 'irreversible').map(({ action }) => action)).toEqual(['stop', 'leave']);
    expect(step(planned(), 'stop')).toMatchObject({ interruption: 'connection-reset' });
  });

  it('looks back for as long as the estate says, a day by default, before and at the stop', () => {
    const of = { host: 'vm-a', unit: 'catalog.service', ports: [8080] };
    expect(step(planned(), 'quiet')?.apply).toEqual([{ op: 'host.quiet', ...of, seconds: 86_400, want: 'quiet' }]);
    expect(step(planned(), 'quiet')?.revert).toEqual([{ op: 'host.quiet', ...of, seconds: 86_400, want: 'forgotten' }]);
    const short = shopPlan(undefined, `${retiringYaml(dns)}policy: { retire: { lookBackSeconds: 10 } }\n`);
    expect(step(short, 'stop')?.apply).toEqual([{ op: 'host.retire', ...of, seconds: 10 }]);
  });

  it('has a person move the name, seen from every host that knew it, and back to what it was', () => {
    const name = step(planned(dns, ({ vmB }) => (vmB.names['catalog.shop.internal'] = [])), 'name');
    const check = { check: 'name.resolves', hostname: 'catalog.shop.internal', hosts: ['vm-a'] };
    expect(name?.apply).toEqual([
      {
        op: 'manual',
        instruction: 'let catalog.shop.internal answer 192.0.2.99',
        done: [{ ...check, addresses: ['192.0.2.99'] }],
      },
    ]);
    expect(name?.revert).toMatchObject([
      { instruction: expect.stringContaining('192.0.2.11 again'), done: [{ ...check, addresses: ['192.0.2.11'] }] },
    ]);
    expect(step(planned(), 'name')?.apply).toMatchObject([{ done: [{ hosts: ['vm-a', 'vm-b'] }] }]);
  });

  it('asks nobody to do anything for a kept name, which goes on answering what it did', () => {
    const plan = planned('{ name: kept }');
    expect(stageOf(plan).steps.map(({ action }) => action)).toEqual(['quiet', 'stop', 'leave']);
    const held = expect.objectContaining({ check: 'name.resolves', addresses: ['192.0.2.11'] });
    expect(step(plan, 'stop')?.verify).toContainEqual(held);
    expect(stageOf(plan).gate.checks).toContainEqual(held);
  });

  it('stops nothing before the callers’ own proxies see the twin, and looks again after', () => {
    const twin = {
      check: 'proxy.endpoints',
      callers: [{ cluster: 'lab', namespace: 'shop', kind: 'Deployment', name: 'web' }],
      backend: 'outbound|8080||catalog-k8s.shop.svc.cluster.local',
      healthy: 1,
    };
    expect(step(planned(), 'stop')?.require).toContainEqual(twin);
    expect(step(planned(), 'stop')?.verify).toEqual(
      expect.arrayContaining([{ check: 'unit.retired', host: 'vm-a', unit: 'catalog.service' }, twin]),
    );
  });

  it('ends behind the callers’ error rate and traffic, all of it on the twin', () => {
    const { gate } = stageOf(planned());
    expect(gate.metrics.map(({ name, subject }) => `${name} ${subject}`)).toEqual([
      'traffic-share share of catalog.shop.internal on its twin',
      'traffic shop/web to catalog.shop.internal',
      'error-rate shop/web to catalog.shop.internal',
    ]);
    expect(threshold(gate.metrics[0]).min).toBeGreaterThanOrEqual(0.995);
    // The host has left: nothing of the mesh is asked of it.
    expect(gate.checks.filter(({ check }) => check.startsWith('host.') || check === 'proxy.ready')).toEqual([]);
  });

  it.each(['external/vm/vm-a/python3', 'external/vm/vm-a/docker-1.scope', 'external/vm/vm-a'])(
    'keeps the host in the mesh while %s calls from it',
    (from) => {
      const plan = planned(dns, ({ inventory, webCallsCatalog }) =>
        inventory.dependencies.push({ ...webCallsCatalog, from, to: 'service/pricing', port: 8081 }),
      );
      expect(stageOf(plan).steps.map(({ action }) => action)).not.toContain('leave');
    },
  );

  it('leaves the host as a rollback of its join would, step for step', () => {
    const plan = planned();
    const join = plan.stages.find(({ id }) => id === 'join-catalog');
    const undo = (action: string) => join?.steps.find((one) => one.action === action);
    expect(step(plan, 'leave')?.apply).toEqual([...(undo('capture')?.revert ?? []), ...(undo('proxy')?.revert ?? [])]);
    expect(step(plan, 'leave')?.verify).toEqual([
      ...(undo('capture')?.verifyRevert ?? []),
      ...(undo('proxy')?.verifyRevert ?? []),
    ]);
  });

  it('keeps a host in the mesh from which something else was seen to call', () => {
    const plan = planned(dns, ({ inventory, webCallsCatalog }) =>
      inventory.dependencies.push({ ...webCallsCatalog, from: 'vm/vm-a/report.service', to: 'external/192.0.2.50' }),
    );
    expect(stageOf(plan).steps.map(({ action }) => action)).toEqual(['quiet', 'name', 'stop']);
    expect(stageOf(plan).gate.checks).toContainEqual({ check: 'proxy.ready', host: 'vm-a' });
  });

  /** Pricing moves to a twin of its own; catalog's unit was seen to call it, and catalog's twin is only said to. */
  const pricingMoves = (change?: (parts: ShopParts) => void): Stage[] => {
    const yaml = retiringYaml('{ name: kept }').replace(
      'path: stay, state: local, namespace: shop, workload: { host: vm-b, unit: pricing.service }',
      'path: mesh-first, state: none, retire: { name: kept }, workload: { host: vm-b, unit: pricing.service }, twin: { cluster: lab, namespace: shop, kind: Deployment, name: pricing }',
    );
    const plan = shopPlan((parts) => {
      const { inventory, cluster, twin } = parts;
      cluster.workloads.push({ ...structuredClone(twin), name: 'pricing', selector: { app: 'pricing' }, ports: [8081] });
      const [, , moved] = inventory.workloads;
      if (moved) inventory.workloads.push({ ...moved, id: 'k8s/lab/shop/Deployment/pricing', service: 'pricing' });
      change?.(parts);
    }, yaml);
    return plan.stages.filter(({ move }) => move === 'retire');
  };
  const subjects = (stage: Stage | undefined): string[] => stage?.gate.metrics.map(({ subject }) => subject) ?? [];

  it('is asked of a caller where it is by then: on its twin', () => {
    const retiring = pricingMoves();
    expect(retiring.map(({ id }) => id)).toEqual(['retire-pricing', 'retire-catalog']);
    expect(subjects(retiring[0])).toContain('shop/catalog to pricing.shop.internal');
    expect(subjects(retiring[0])).not.toContain('vm-a to pricing.shop.internal');
    expect(retiring.map(({ steps }) => steps.at(-1)?.action)).toEqual(['leave', 'leave']);
  });

  it('is not asked of a twin that has taken nothing over, and so calls nobody', () => {
    const retiring = pricingMoves(({ inventory, webCallsCatalog }) => {
      inventory.dependencies.splice(inventory.dependencies.indexOf(webCallsCatalog), 1);
    });
    expect(retiring.map(({ id }) => id)).toEqual(['retire-pricing']);
    expect(subjects(retiring[0])).toContain('vm-a to pricing.shop.internal');
    expect(subjects(retiring[0])).not.toContain('shop/catalog to pricing.shop.internal');
  });

  it('is shown with its commit point', () => {
    const text = renderPlan(planned(), { full: false });
    expect(text).toMatch(/Stage 9 +retire-catalog.*reversible until stop/);
    expect(text).toMatch(/commit point.*\n +- stop/);
    expect(text).toContain('by hand: let catalog.shop.internal answer 192.0.2.99');
    expect(text).toContain('Cannot be taken back');
    expect(renderPlan(shopPlan(), { full: false })).toContain('Everything can be taken back.');
  });
});

describe('an end that is not planned', () => {
  it('because the estate does not ask for it: the plan says what to write', () => {
    const [left] = shopPlan().deferred;
    expect(left).toMatchObject({ subject: 'catalog', move: 'retire', code: 'MW1317' });
    expect(left?.why).toContain('`retire: { name: dns, answers: [ADDRESS] }`');
  });

  it('because the traffic does not move: the plan says so', () => {
    const plan = planned(dns, ({ inventory, webCallsCatalog }) =>
      inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.99' }),
    );
    expect(plan.deferred.at(-1)).toMatchObject({ move: 'retire', code: 'MW1317' });
    expect(plan.deferred.at(-1)?.why).toContain('replatform and enforce');
    expect(plan.stages.map(({ move }) => move)).not.toContain('retire');
  });

  it.each<[string, string, string]>([
    ['of a service that stays', 'MW1326 pricing', shopYaml.replace('path: stay,', 'path: stay, retire: { name: kept },')],
    ['of a service in Kubernetes', 'MW1326 web', shopYaml.replace('name: web, state', 'name: web, retire: { name: kept }, state')],
    ['whose name would lead to it', 'MW1327 catalog', retiringYaml('{ name: dns, answers: [192.0.2.99, 192.0.2.11] }')],
    [
      'whose name is another service’s too',
      'MW1327 catalog',
      retiringYaml(dns).replace('hostname: pricing.shop.internal', 'hostname: catalog.shop.internal'),
    ],
  ])('is refused %s', (_, expected, yaml) => {
    const plan = shopPlan(undefined, yaml);
    expect(codes(plan)).toContain(expected);
    expect(plan.applyable).toBe(false);
  });
});
