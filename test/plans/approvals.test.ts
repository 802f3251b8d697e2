import { describe, expect, it } from 'vitest';
import { explain } from '../../src/plans/explain/explain.ts';
import { printPlan, readPlan } from '../../src/plans/read.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { renderPlan } from '../../src/report/plan-text.ts';
import { renderPlanHtml } from '../../src/report/plan/html.ts';
import { renderPlanMarkdown } from '../../src/report/plan/markdown.ts';
import { codeOf } from '../fakes/code-of.ts';
import { shopEstate, shopPlan, shopYaml } from '../fakes/shop.ts';

const owned = shopYaml.replace('{ name: web, state', '{ name: web, owner: storefront, tier: 0, state');
const asked = (rule: string): string => `${owned}policy: { approval: [{ reason: it is the shop, ${rule} }] }\n`;
const waiting = (yaml: string): string[] =>
  shopPlan(undefined, yaml).stages.flatMap(({ id, approval }) => (approval === undefined ? [] : [id]));

describe('stages that wait for approval', () => {
  it('are none where the estate asks for none', () => {
    expect(waiting(owned)).toEqual([]);
  });

  it.each([
    ['moves: [shift]', ['shift-catalog']],
    ['services: [pricing]', ['join-pricing', 'enforce-pricing']],
    ['owners: [storefront]', ['join-web', 'enforce-web']],
    ['tiers: [0], moves: [enforce]', ['enforce-web']],
    ['interruptions: [restart]', ['join-catalog-twin', 'join-web']],
    ['moves: [retire]', []],
  ])('are those that fit all that a rule says: %s', (rule, stages) => {
    expect(waiting(asked(rule))).toEqual(stages);
  });

  it('are all of them where a rule says nothing else', () => {
    const yaml = `${owned}policy: { approval: [{ reason: two pairs of eyes }] }\n`;
    expect(waiting(yaml)).toEqual(shopPlan(undefined, yaml).stages.map(({ id }) => id));
  });

  it('are for the readers of the plan, and part of its digest', () => {
    const plan = shopPlan(undefined, asked('moves: [shift]'));
    expect(readPlan(printPlan(plan), 'plan', sha256Digest)).toEqual(plan);
    expect(renderPlan(plan, { full: false })).toContain('\n  shift-catalog: it is the shop\n');
    expect(renderPlanMarkdown(plan)).toContain('| shift-catalog | it is the shop |');
    expect(renderPlanHtml(plan)).toContain('Waits for approval');
    expect(explain(plan, 'shift-catalog').why).toContain('it begins when somebody has approved it: it is the shop');
    expect(plan.digest).not.toBe(shopPlan(undefined, owned).digest);
  });

  it.each([
    ['services: [nobody]', 'no service is named "nobody"'],
    ['owners: [nobody]', 'no service has the owner "nobody"'],
  ])('are refused for names that nobody has: %s', async (rule, message) => {
    expect(await codeOf(() => shopEstate(asked(rule)))).toBe('MW1011');
    expect(() => shopEstate(asked(rule))).toThrow(expect.objectContaining({ details: [expect.stringContaining(message)] }));
  });
});

describe('what a stage cannot be done without', () => {
  const yaml = `${owned}policy: { failureBudget: { run: { failed: 1, skipped: 9 } } }\n`;

  it('is said where the estate has a failure budget, and nowhere else', () => {
    expect(shopPlan(undefined, owned).stages.every(({ needs }) => needs === undefined)).toBe(true);
    expect(shopPlan(undefined, yaml).failureBudget).toEqual({
      wave: { failed: 0, unreachable: 0, unknown: 0, skipped: 0 },
      run: { failed: 1, unreachable: 0, unknown: 0, skipped: 9 },
    });
  });

  it('is for a join its callees on VMs, for all other moves everything that was done of its callers', () => {
    const plan = shopPlan(undefined, yaml);
    const needs = Object.fromEntries(plan.stages.map((stage) => [stage.id, stage.needs]));
    expect(needs).toEqual({
      'join-pricing': undefined,
      'join-catalog': ['join-pricing'],
      'join-catalog-twin': ['join-catalog'],
      'join-web': undefined,
      'shift-catalog': ['join-catalog', 'join-catalog-twin', 'join-web'],
      'enforce-pricing': ['join-pricing', 'join-catalog', 'join-catalog-twin', 'shift-catalog'],
      'enforce-catalog': ['join-catalog', 'join-catalog-twin', 'join-web', 'shift-catalog'],
      'enforce-web': ['join-web'],
    });
    expect(renderPlan(plan, { full: false })).toContain('in all: 1 failed, 0 unreachable, 0 unknown, 9 skipped');
  });
});
