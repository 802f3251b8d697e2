import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KubeWorkload, WorkloadOwner } from '../../src/inventory/schema.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { printPlan, readPlan } from '../../src/plans/read.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { renderPlan } from '../../src/report/plan-text.ts';
import { toTerminal } from '../../src/report/style.ts';
import { type ShopParts, shopPlan } from '../fakes/shop.ts';

const owners: WorkloadOwner[] = [
  { by: 'helm', name: 'web', namespace: 'shop' },
  { by: 'argocd', name: 'site' },
  { by: 'flux-kustomize', name: 'apps', namespace: 'flux-system' },
  { by: 'flux-helm', name: 'web', namespace: 'apps' },
];
const golden = (name: string): string => join(import.meta.dirname, '../golden/plans', name);

const ownedBy =
  (owner: WorkloadOwner, workload: 'web' | 'twin' = 'web') =>
  (parts: ShopParts): KubeWorkload =>
    Object.assign(parts[workload], { managedBy: owner });

const noted = ({ stages }: MigrationPlan): string[] =>
  stages.flatMap(({ steps }) => steps.filter(({ notes }) => notes !== undefined).map(({ id }) => id));
const warned = ({ findings }: MigrationPlan): string[] =>
  findings.filter(({ code }) => code === 'MW1324').map(({ level, subject }) => `${level} ${subject}`);

describe('a workload that another tool writes', () => {
  it.each(owners)('has a note in the step that changes it, and one warning: $by', (owner) => {
    const plan = shopPlan(ownedBy(owner));
    expect(noted(plan)).toEqual(['join-web/enrol']);
    expect(warned(plan)).toEqual(['warning k8s/lab/shop/Deployment/web']);
    expect([plan.applyable, plan.stages.length]).toEqual([true, shopPlan().stages.length]);
  });

  it('is told apart from one that nobody else writes', () => {
    expect([noted(shopPlan()), warned(shopPlan())]).toEqual([[], []]);
    expect(printPlan(shopPlan())).not.toContain('notes:');
  });

  it('is nobody’s concern when the plan does not change it', () => {
    const plan = shopPlan((parts) => {
      ownedBy(owners[0] as WorkloadOwner)(parts);
      parts.inventory.workloads
        .filter(({ service }) => service === 'web')
        .forEach(({ position }) => (position.mesh = 'on'));
    });
    expect([noted(plan), warned(plan)]).toEqual([[], []]);
  });

  it('changes the hash of that step alone, and gives the same bytes each time', () => {
    const owned = (): MigrationPlan => shopPlan(ownedBy(owners[1] as WorkloadOwner, 'twin'));
    const hashes = (plan: MigrationPlan): string[] =>
      plan.stages.flatMap(({ steps }) => steps.map(({ id, hash }) => `${id} ${hash}`));
    const before = hashes(shopPlan());
    expect(hashes(owned()).filter((hash) => !before.includes(hash))).toEqual([
      expect.stringMatching(/^join-catalog-twin\/enrol /),
    ]);
    expect(printPlan(owned())).toBe(printPlan(owned()));
    expect(printPlan(readPlan(printPlan(owned()), 'plan', sha256Digest))).toBe(printPlan(owned()));
  });

  it.each(owners)('is shown to the reviewer as the golden file says: $by', async (owner) => {
    const shown = toTerminal(renderPlan(shopPlan(ownedBy(owner)), { full: false }), false);
    const stage = shown.slice(shown.indexOf('Deployment shop/web joins'), shown.indexOf('Stage 5'));
    const findings = shown.slice(shown.indexOf('Findings'));
    await expect(`${stage}${findings}\n`).toMatchFileSnapshot(golden(`${owner.by}.txt`));
  });
});
