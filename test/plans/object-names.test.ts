import { describe, expect, it } from 'vitest';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { grownPlan, grownYaml } from '../fakes/grown.ts';
import { shopPlan, shopYaml } from '../fakes/shop.ts';

/** The sample shop, in which the catalog is called otherwise in the estate. */
function renamed(name: string): MigrationPlan {
  return shopPlan(({ inventory }) => {
    for (const one of inventory.workloads) if (one.service === 'catalog') one.service = name;
    for (const one of inventory.dependencies) if (one.to === 'service/catalog') one.to = `service/${name}`;
  }, shopYaml.replace('- name: catalog', `- name: ${name}`));
}

const errorsOf = ({ findings }: MigrationPlan): string[] =>
  findings.filter(({ level }) => level === 'error').map(({ code, message }) => `${code} ${message}`);

describe('names of objects', () => {
  it.each([
    ['a dot', 'shop.catalog', ['Service shop.catalog-vm: a letter', 'Service shop.catalog-k8s: a letter']],
    ['a digit first', '7catalog', ['Service 7catalog-vm', 'Service 7catalog-k8s']],
    ['60 characters, of which an ending makes more', 'c'.repeat(60), [`stage join-${'c'.repeat(60)}: an id`, `Service ${'c'.repeat(60)}-k8s`]],
    ['70 characters', 'c'.repeat(70), [`label serves.meshway.dev/${'c'.repeat(70)}=vm: 63`, `Service ${'c'.repeat(70)}-vm`]],
  ])('are refused for a service with %s', (_, name, words) => {
    const plan = renamed(name);
    const errors = errorsOf(plan);
    for (const word of words) expect(errors.join('\n')).toContain(word);
    expect(errors.every((error) => error.startsWith('MW1348 '))).toBe(true);
    expect(plan.applyable).toBe(false);
  });

  it.each(['c'.repeat(50), 'cata-log-7'])('are taken for %s', (name) => {
    expect(errorsOf(renamed(name))).toEqual([]);
  });

  it('are refused for two hosts that differ in case alone, of which each has several services', () => {
    // vm-c is called VM-B: what its units join as has the name of what those of vm-b do.
    const rename = (text: string): string => text.replaceAll('vm-c', 'VM-B');
    const plan = grownPlan(
      (inventory) => Object.assign(inventory, JSON.parse(rename(JSON.stringify(inventory))) as object),
      rename(grownYaml),
    );
    const errors = errorsOf(plan);
    expect(errors).toContainEqual(expect.stringMatching(/^MW1349 The plan would make WorkloadGroup shop\/vm-b twice, for pricing and for ledger/));
    expect(errors.every((error) => error.startsWith('MW1349 '))).toBe(true);
    expect(errorsOf(grownPlan())).toEqual([]);
  });
});
