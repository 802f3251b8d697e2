import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/inventory/schema.ts';
import { callsAfter } from '../../src/plans/calls-after.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { estateAfter, positionsAfter, rungsOf, type Standing, wavesOf } from '../../src/plans/positions.ts';
import { grownInventory, grownPlan } from '../fakes/grown.ts';
import { shiftedTo } from '../fakes/partly.ts';
import { planOf } from '../fakes/plan.ts';
import { stage } from '../fakes/read-plan.ts';
import { retiringYaml, shopInventory, shopPlan, shopYaml } from '../fakes/shop.ts';

const tcp = shopYaml.replace('port: 8080', 'port: 8080\n    protocol: tcp');
const estates: Record<string, { plan: MigrationPlan; inventory: Inventory }> = {
  shop: { plan: shopPlan(), inventory: shopInventory() },
  grown: { plan: grownPlan(), inventory: grownInventory() },
  'retiring shop': { plan: shopPlan(undefined, retiringYaml('{ name: kept }')), inventory: shopInventory() },
  'shop of TCP': { plan: shopPlan(undefined, tcp), inventory: shopInventory() },
  'shop with a ladder that stops half-way': { plan: shiftedTo(shopPlan(), 25), inventory: shopInventory() },
};
const [catalog, twin] = ['vm/vm-a/catalog.service', 'k8s/lab/shop/Deployment/catalog'];

const at = (name: string, wave: number, id: string): Standing => {
  const { plan, inventory } = estates[name] as (typeof estates)[string];
  const found = positionsAfter(plan, inventory, wave).find((one) => one.id === id);
  if (!found) throw new Error(`no ${id} after wave ${wave}`);
  return found;
};
const last = (plan: MigrationPlan): number => wavesOf(plan).at(-1) ?? 0;
const waves = ({ stages }: MigrationPlan): Record<string, number> =>
  Object.fromEntries(stages.map(({ id, wave }) => [id, wave]));

describe('the position of a workload', () => {
  it('changes with the wave of its join, and with no other', () => {
    const wave = waves(shopPlan())['join-catalog'] ?? 0;
    expect(wave).toBeGreaterThan(1);
    expect(at('shop', wave - 1, catalog).position).toEqual({ platform: 'vm', mesh: 'off' });
    expect(at('shop', wave, catalog)).toMatchObject({ position: { platform: 'vm', mesh: 'on' }, weight: 100 });
  });

  it('has the weight of the last rung after the wave of its shift', () => {
    const wave = waves(shopPlan())['shift-catalog'] ?? 0;
    expect([at('shop', wave - 1, twin).weight, at('shop', wave, twin).weight]).toEqual([0, 100]);
    expect(at('shop', wave, catalog).weight).toBe(0);
    expect(at('shop with a ladder that stops half-way', wave, twin).weight).toBe(25);
    expect(at('shop with a ladder that stops half-way', wave, catalog).weight).toBe(75);
  });

  it('follows a switch of TCP, and a unit that ends', () => {
    expect(at('shop of TCP', 99, twin).weight).toBe(100);
    const { plan } = estates['retiring shop'] as (typeof estates)[string];
    expect(at('retiring shop', last(plan), catalog)).toMatchObject({
      position: { mesh: 'off' },
      weight: 0,
      isStopped: true,
      isStrict: false,
    });
  });

  it('shifts by hand where a stage sets no weights', () => {
    const plan = planOf([{ steps: 1, byHand: 0, move: 'shift' }]);
    const subjects = plan.stages.map((one) => ({ ...one, subjects: [catalog, twin] }));
    const after = positionsAfter({ ...plan, stages: subjects }, shopInventory(), 1);
    expect(after.map(({ id, weight }) => [id, weight])).toContainEqual([twin, 100]);
  });

  it('is what the inventory says before the first wave, and of a host that another run captured', () => {
    const inventory = shopInventory(({ vmB, inventory: all }) => {
      vmB.meshed = true;
      for (const { id, position } of all.workloads) if (id.startsWith('vm/vm-b/')) position.mesh = 'on';
    });
    const before = positionsAfter(shopPlan(), inventory, 0);
    expect(before.map(({ position }) => position)).toEqual(inventory.workloads.map(({ position }) => position));
    expect([...estateAfter(shopPlan(), inventory, 0).captures.keys()]).toEqual(['vm-b']);
  });
});

describe('the rungs of a stage', () => {
  it('are what its twin gets after each', () => {
    expect(rungsOf(stage(shopPlan(), 'shift-catalog'))).toEqual([1, 5, 25, 50, 100]);
    expect(rungsOf(stage(shopPlan(undefined, tcp), 'shift-catalog'))).toEqual([100]);
    expect(rungsOf(stage(shopPlan(), 'join-catalog'))).toEqual([]);
  });
});

describe.each(Object.entries(estates))('the plan of the %s', (_, { plan, inventory }) => {
  const each = [0, ...wavesOf(plan)].map((wave) => ({ wave, after: estateAfter(plan, inventory, wave) }));

  it('gives all calls of a service to its workloads, at every wave', () => {
    for (const { wave, after } of each)
      for (const [service, all] of Map.groupBy(after.workloads.values(), (one) => one.service))
        expect(
          all.reduce((sum, { weight }) => sum + weight, 0),
          `${service} after wave ${wave}`,
        ).toBe(100);
  });

  it('changes no workload that is not a subject of the wave, and loses none', () => {
    for (const [index, { wave, after }] of each.entries()) {
      const before = each[index - 1]?.after;
      if (before === undefined) continue;
      const subjects = plan.stages.filter((one) => one.wave === wave).flatMap((one) => one.subjects);
      for (const [id, standing] of after.workloads)
        if (!subjects.includes(id)) expect(standing, `${id} after wave ${wave}`).toEqual(before.workloads.get(id));
      expect([...after.workloads.keys()]).toEqual(inventory.workloads.map(({ id }) => id));
    }
  });

  it('takes nobody out of the mesh but with a unit that ends', () => {
    for (const [index, { after }] of each.entries())
      for (const [id, { position, isStopped }] of each[index - 1]?.after.workloads ?? [])
        if (position.mesh === 'on' && after.workloads.get(id)?.position.mesh === 'off')
          expect(isStopped || after.workloads.get(id)?.isStopped, id).toBe(true);
  });

  it('shifts and refuses plaintext only where every caller has joined or is exempt', () => {
    for (const { wave, after } of each)
      for (const call of callsAfter(inventory, after)) {
        const callee = after.workloads.get(call.to);
        const isExempt = plan.exempt.some(({ subject }) => subject === call.from);
        if (callee === undefined || isExempt || call.why?.startsWith('both are on one host') === true) continue;
        const isShifted = callee.role === 'twin' && callee.weight > 0;
        if (callee.isStrict || isShifted)
          expect(call.wire, `${call.from} to ${call.to} after wave ${wave}`).toBe('mtls');
      }
  });
});

describe.each(Object.entries(estates).filter(([name]) => !name.includes('half-way')))(
  'the plan of the %s, at its end,',
  (_, { plan, inventory }) => {
    it.each(plan.paths)('has $service where its path $path promises', ({ service, path }) => {
      const isLater = plan.deferred.some(({ subject, move }) => subject === service && move === 'replatform');
      const end = positionsAfter(plan, inventory, last(plan)).filter((one) => one.service === service);
      const serving = end.find(({ weight }) => weight === 100);
      const start = inventory.workloads.find((one) => one.service === service && one.role === 'primary');
      const moves = path === 'mesh-first' && !isLater;
      expect(serving?.role).toBe(moves ? 'twin' : 'primary');
      expect(serving?.position).toEqual({ platform: moves ? 'kubernetes' : start?.position.platform, mesh: 'on' });
      const isEnforced = !plan.deferred.some(({ subject, move }) => subject === service && move === 'enforce');
      expect(serving?.isStrict).toBe(isEnforced && plan.stages.some(({ move, subjects }) => move === 'enforce' && subjects.includes(serving?.id ?? '')));
    });
  },
);
