import { describe, expect, it } from 'vitest';
import { diffPlans, type PlanDiff } from '../../../src/plans/diff/diff.ts';
import { gateChanges } from '../../../src/plans/diff/gates.ts';
import { differencesOf } from '../../../src/plans/diff/values.ts';
import type { Gate } from '../../../src/plans/gate.ts';
import type { MigrationPlan } from '../../../src/plans/plan.ts';
import { grownPlan } from '../../fakes/grown.ts';
import { shopPlan, type ShopParts, shopYaml } from '../../fakes/shop.ts';

const bent = (bend: (plan: MigrationPlan) => void): MigrationPlan => {
  const plan = structuredClone(shopPlan());
  bend(plan);
  return plan;
};
const diff = (bend: (plan: MigrationPlan) => void): PlanDiff => diffPlans(shopPlan(), bent(bend));

describe('the difference of two plans', () => {
  it('is none for plans that do the same, whatever files they were made from', () => {
    const found = diff((plan) => (plan.inputs.inventory = plan.inputs.estate));
    expect(found.same).toBe(true);
    expect(found).toMatchObject({ steps: [], gates: [], others: [], stages: { added: [], removed: [], moved: [], reordered: [], changed: [] } });
  });

  it('has the stages that came, went and moved', () => {
    const found = diff(({ stages }) => {
      const [removed] = stages.splice(0, 1);
      stages.push({ ...removed!, id: 'join-new', wave: 7 });
      stages[0]!.wave = 9;
      stages.splice(0, 2, stages[1]!, stages[0]!);
    });
    expect(found.same).toBe(false);
    expect(found.stages.added).toEqual([{ id: 'join-new', title: 'pricing on vm-b joins the mesh', wave: 7 }]);
    expect(found.stages.removed.map(({ id }) => id)).toEqual(['join-pricing']);
    expect(found.stages.moved).toEqual([{ id: 'join-catalog', from: 2, to: 9 }]);
    expect(found.stages.reordered).toEqual([
      { id: 'join-catalog', from: 1, to: 2 },
      { id: 'join-catalog-twin', from: 2, to: 1 },
    ]);
  });

  it('has steps that are in another order', () => {
    const found = diff(({ stages }) => stages[0]!.steps.reverse());
    const order = ['identity', 'proxy', 'publish-name', 'capture'].map((action) => `join-pricing/${action}`);
    expect(found.stages.changed).toEqual([
      { id: 'join-pricing', changes: [{ path: 'order of steps', before: order, after: order.toReversed() }] },
    ]);
  });

  it('has the steps whose operations differ, and how', () => {
    const change = ({ vmA }: ShopParts): unknown => vmA.sshdPorts.push(2200);
    const found = diffPlans(shopPlan(), shopPlan(change));
    expect(found.steps).toEqual([
      {
        step: 'join-catalog/capture',
        change: 'changed',
        changes: [
          {
            path: 'apply[0].capture.excludeInboundPorts',
            before: [22, 15020, 15021, 15090],
            after: [22, 2200, 15020, 15021, 15090],
          },
        ],
      },
    ]);
    expect(found.gates).toEqual([]);
  });

  it('has rungs that came and went with the ladder', () => {
    const { steps } = diffPlans(shopPlan(), shopPlan(undefined, `${shopYaml}policy: { ladder: [5, 10, 100] }\n`));
    expect(steps.map(({ step, change }) => `${change} ${step}`)).toEqual(
      expect.arrayContaining(['removed shift-catalog/weight-1', 'added shift-catalog/weight-10']),
    );
  });

  it('has findings, exemptions and deferrals that came or went', () => {
    const found = diffPlans(shopPlan(), grownPlan());
    expect(found.exemptions.came.map(({ subject }) => subject)).toContain('external/192.0.2.50');
    expect(found.findings.came.map(({ code }) => code)).toContain('MW1325');
    expect(found.deferrals.came.length).toBeGreaterThan(0);
    expect(diffPlans(grownPlan(), shopPlan()).exemptions.went).toEqual(found.exemptions.came);
  });

  it('has what else became different, whatever the plan has', () => {
    const found = diff((plan) => Object.assign(plan, { estate: 'other', weather: { rain: 1 } }));
    expect(found.others).toEqual([
      { path: 'estate', before: 'shop', after: 'other' },
      { path: 'weather', after: { rain: 1 } },
    ]);
  });
});

describe('a gate', () => {
  const metric = { name: 'error-rate' as const, test: 'threshold' as const, subject: 's', query: 'q', max: 0.01, minRequests: 20 };
  const gate: Gate = { checks: [{ check: 'proxy.ready', host: 'a' }], metrics: [metric], bakeMs: 10, timeoutMs: 100 };
  const changes = (after: Partial<Gate>): string[] => gateChanges('g', gate, { ...gate, ...after }).map(({ how, what }) => `${how} ${what}`);
  const metrics = (change: object): Partial<Gate> => ({ metrics: [{ ...metric, ...change }] });

  it.each<[Partial<Gate>, string[]]>([
    [metrics({ max: 0.001 }), ['tightened max of error-rate of s']],
    [metrics({ max: 0.1 }), ['loosened max of error-rate of s']],
    [metrics({ max: undefined }), ['loosened max of error-rate of s']],
    [metrics({ min: 1 }), ['tightened min of error-rate of s']],
    [metrics({ minRequests: 50 }), ['tightened minRequests of error-rate of s']],
    [metrics({ minRequests: 5 }), ['loosened minRequests of error-rate of s']],
    [metrics({ query: 'other' }), ['changed query of error-rate of s']],
    [{ bakeMs: 20 }, ['tightened bakeMs']],
    [{ bakeMs: 5 }, ['loosened bakeMs']],
    [{ timeoutMs: 5 }, ['changed timeoutMs']],
    [{ checks: [] }, ['loosened check {"check":"proxy.ready","host":"a"} is not asked any more']],
    [{ metrics: [] }, ['loosened error-rate of s is not asked any more']],
    [{ metrics: [metric, metric] }, ['tightened error-rate of s (2) is asked too']],
    [{}, []],
  ])('%j', (after, expected) => {
    expect(changes(after)).toEqual(expected);
  });

  it('that a rung lost lets everything pass', () => {
    expect(gateChanges('g', gate, undefined).map(({ how }) => how)).toEqual(['loosened', 'loosened', 'loosened']);
  });
});

describe('the difference of values', () => {
  it('goes into objects and lists of objects, and shows lists of words whole', () => {
    const before = { a: [{ b: 1 }, { b: 2 }], words: ['x'], same: [1], gone: null };
    const after = { a: [{ b: 1 }, { b: 3 }, { b: 4 }], words: ['x', 'y'], same: [1], constructor: 'new' };
    expect(differencesOf(before, after)).toEqual([
      { path: 'a[1].b', before: 2, after: 3 },
      { path: 'a[2]', after: { b: 4 } },
      { path: 'words', before: ['x'], after: ['x', 'y'] },
      { path: 'gone', before: null },
      { path: 'constructor', after: 'new' },
    ]);
  });
});
