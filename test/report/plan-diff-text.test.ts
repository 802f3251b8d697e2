import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diffPlans } from '../../src/plans/diff/diff.ts';
import { createLock } from '../../src/plans/lock/create-lock.ts';
import { driftOf } from '../../src/plans/lock/drift.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { renderDrift, renderPlanDiff } from '../../src/report/plan-diff-text.ts';
import { toTerminal } from '../../src/report/style.ts';
import { shopEstate, shopInventory, shopPlan, type ShopParts, shopYaml } from '../fakes/shop.ts';
import { root } from '../run-mesh.ts';

const golden = (name: string): string => join(root, 'test', 'golden', 'plans', name);
const changed = ({ vmA, mesh, inventory, webCallsCatalog }: ShopParts): void => {
  vmA.sshdPorts.push(2200);
  vmA.units.push({ ...vmA.units[0]!, name: 'cron.service' });
  mesh.version = '1.32';
  inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.99', to: 'service/pricing', port: 8081 });
};

describe('the difference of two plans, for a person', () => {
  it('has what a reviewer asks for', async () => {
    const yaml = shopYaml
      .replace('path: mesh-first', 'path: stay')
      .concat('policy: { gate: { maxErrorRatio: 0.01, bakeSeconds: 60 } }\n');
    const text = renderPlanDiff(diffPlans(shopPlan(), shopPlan(changed, yaml)));
    await expect(`${toTerminal(text, false)}\n`).toMatchFileSnapshot(golden('diff.txt'));
  });

  it('says something where plans only list things in another order', () => {
    const other = structuredClone(shopPlan());
    other.stages[0]!.gate.checks.reverse();
    expect(renderPlanDiff(diffPlans(shopPlan(), other))).toBe('The plans do the same, and list it in another order.');
  });

  it('is one line where there is none', () => {
    expect(renderPlanDiff(diffPlans(shopPlan(), shopPlan()))).toBe('The plans do the same.');
  });

  it('prints nothing raw of what is in a plan', () => {
    const hostile = structuredClone(shopPlan());
    hostile.stages[0]!.title = 'a\u001b]0;b\u0007\nc\u202e';
    hostile.stages[0]!.steps[0]!.reason = 'x\u001b[2J'.repeat(500);
    const text = toTerminal(renderPlanDiff(diffPlans(shopPlan(), hostile)), false);
    expect(text).not.toMatch(/[\u001b\u0007\u202e]/);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThan(600);
  });
});

describe('drift, for a person', () => {
  it('has what matters field by field, and a count of the rest', async () => {
    const plan = shopPlan();
    const basis = { plan, estate: shopEstate(), inventory: shopInventory() };
    const lock = createLock({ ...basis, tool: '0.1.0', nowMs: 0, hash: sha256Digest });
    const text = renderDrift(driftOf(lock, { ...basis, inventory: shopInventory(changed) }, sha256Digest));
    await expect(`${toTerminal(text, false)}\n`).toMatchFileSnapshot(golden('drift.txt'));
  });
});
