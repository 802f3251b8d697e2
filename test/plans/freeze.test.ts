import { describe, expect, it } from 'vitest';
import { isMeshError } from '../../src/errors/index.ts';
import { readPlan, printPlan } from '../../src/plans/read.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { renderPlan } from '../../src/report/plan-text.ts';
import { shopEstate, shopPlan, shopYaml } from '../fakes/shop.ts';

const owned = shopYaml.replace('{ name: web, state', '{ name: web, owner: storefront, state');
const window = '2026-12-20T00:00:00+01:00, until: 2027-01-03T00:00:00Z, reason: year end';
const frozen = (more = '', yaml = owned): string => `${yaml}policy: { freeze: [{ from: ${window}${more} }] }\n`;
const stages = (yaml: string): string[] => shopPlan(undefined, yaml).freeze?.flatMap((one) => one.stages) ?? [];

describe('freeze windows in a plan', () => {
  it('are not there when the estate has none, or none that holds a stage', () => {
    expect(shopPlan()).not.toHaveProperty('freeze');
    const idle = owned.replace('  - { name: pricing', '  - { name: idle, owner: idlers, workload: { host: vm-b, unit: idle.service } }\n  - { name: pricing');
    expect(stages(frozen(', owners: [idlers]', idle))).toEqual([]);
  });

  it('hold every stage when they name nobody', () => {
    expect(stages(frozen())).toEqual(shopPlan().stages.map(({ id }) => id));
  });

  it('hold the stages of a service, its twin’s and its shift among them, and no other', () => {
    expect(stages(frozen(', services: [catalog]'))).toEqual([
      'join-catalog',
      'join-catalog-twin',
      'shift-catalog',
      'enforce-catalog',
    ]);
  });

  it('hold the stages of an owner’s services', () => {
    expect(stages(frozen(', owners: [storefront]'))).toEqual(['join-web', 'enforce-web']);
    expect(stages(frozen(', owners: [storefront], services: [pricing]'))).toEqual([
      'join-pricing',
      'join-web',
      'enforce-pricing',
      'enforce-web',
    ]);
  });

  it('are in the file as the estate has them, and for its reader', () => {
    const plan = shopPlan(undefined, frozen(', owners: [storefront]'));
    expect(plan.freeze).toEqual([
      {
        from: '2026-12-20T00:00:00+01:00',
        until: '2027-01-03T00:00:00Z',
        reason: 'year end',
        owners: ['storefront'],
        stages: ['join-web', 'enforce-web'],
      },
    ]);
    expect(readPlan(printPlan(plan), 'plan', sha256Digest)).toEqual(plan);
    expect(renderPlan(plan, { full: false })).toContain('2027-01-03T00:00:00Z: year end; join-web, enforce-web');
    expect(plan.digest).not.toBe(shopPlan(undefined, owned).digest);
  });

  it.each([
    [frozen().replace('2027-01-03', '2026-12-01'), 'policy.freeze[0].until: `until` must be after `from`'],
    [frozen().replace('2027-01-03T00:00:00Z', '2026-12-19T23:00:00Z'), '`until` must be after `from`'],
    [frozen(', services: [web, nobody]'), 'policy.freeze[0].services[1]: no service is named "nobody"'],
    [frozen(', owners: [nobody]'), 'policy.freeze[0].owners[0]: no service has the owner "nobody"'],
  ])('are refused with the estate when they contradict themselves: %#', (yaml, problem) => {
    let error: unknown;
    try {
      shopEstate(yaml);
    } catch (thrown) {
      error = thrown;
    }
    if (!isMeshError(error)) throw new Error('it was taken');
    expect(error.code).toBe('MW1011');
    expect(error.details.join('\n')).toContain(problem);
  });
});
