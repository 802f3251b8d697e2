import { describe, expect, it } from 'vitest';
import type { Replay } from '../../src/plans/gate.ts';
import { rightsOfStage } from '../../src/plans/rights/of-plan.ts';
import { gateChanges } from '../../src/plans/diff/gates.ts';
import { retiringYaml, shopPlan, shopYaml } from '../fakes/shop.ts';

const plan = shopPlan();
const replayOf = (stage: string, made = plan): Replay | undefined =>
  made.stages.find(({ id }) => id === stage)?.gate.replay;
const subjects = (stage: string, made = plan): string[] => replayOf(stage, made)?.edges.map(({ subject }) => subject) ?? [];

describe('what a stage’s gate sees again', () => {
  it('is what joined proxies count before it: of the first to join nothing, of a callee what arrives there', () => {
    expect(subjects('join-pricing')).toEqual([]);
    expect(subjects('join-catalog')).toEqual(['all callers to port 8081 of vm-b']);
    expect(subjects('join-web')).toEqual(['all callers to port 8080 of vm-a']);
  });

  it('is, of what moves, the calls to it, and those it makes from wherever it runs', () => {
    expect(subjects('shift-catalog')).toEqual([
      'shop/web to catalog.shop.internal',
      'shop/catalog and vm-a to pricing.shop.internal',
    ]);
    expect(subjects('enforce-pricing')).toEqual(['shop/catalog and vm-a to pricing.shop.internal']);
  });

  it('is only names where nobody keeps what was counted', () => {
    const unkept = shopPlan(undefined, shopYaml.replace(/^metrics: .*\n/m, ''));
    const replays = unkept.stages.flatMap(({ gate }) => gate.replay ?? []);
    expect(replays.flatMap(({ edges }) => edges)).toEqual([]);
    expect(replays.flatMap(({ names }) => names)).not.toEqual([]);
  });

  it('is no call of a unit that ends: its host’s proxy may go with it', () => {
    const retiring = shopPlan(undefined, retiringYaml('{ name: kept }'));
    expect(retiring.stages.map(({ id }) => id)).toContain('retire-catalog');
    expect(subjects('retire-catalog', retiring)).toEqual([
      'shop/web to catalog.shop.internal',
      'shop/catalog to pricing.shop.internal',
    ]);
    expect(replayOf('retire-catalog', retiring)?.names).toEqual([]);
  });

  it('counts only on proxies of stages that are sure to be done, where the run may go on without some', () => {
    const budgeted = shopPlan(undefined, `${shopYaml}policy: { failureBudget: { run: { failed: 1, skipped: 9 } } }\n`);
    expect(budgeted.failureBudget).toBeDefined();
    for (const { id, needs = [], gate } of budgeted.stages) {
      const hosts = (gate.replay?.edges ?? []).flatMap(({ subject }) => (subject.includes('vm-b') ? ['join-pricing'] : []));
      expect({ id, missing: hosts.filter((one) => !needs.includes(one)) }).toEqual({ id, missing: [] });
    }
    expect(subjects('join-catalog', budgeted)).toEqual(['all callers to port 8081 of vm-b']);
  });

  it('takes one in a thousand for all that one stage compares', () => {
    for (const { gate } of plan.stages)
      if (gate.replay) expect(gate.replay.stopAt).toBe(1000 * 2 * Math.max(1, gate.replay.edges.length));
  });

  it('asks hosts that call for names, with no more right than a login', () => {
    expect(replayOf('shift-catalog')?.names).toEqual([{ host: 'vm-a', hostnames: ['pricing.shop.internal'] }]);
    const stage = plan.stages.find(({ id }) => id === 'enforce-web');
    if (!stage) throw new Error('no stage');
    expect(rightsOfStage(stage).filter(({ on }) => on === 'host')).toEqual([]);
    const names = [{ host: 'vm-q', hostnames: ['a.internal'] }];
    const asking = { ...stage, gate: { ...stage.gate, replay: { ...(stage.gate.replay as Replay), names } } };
    expect(rightsOfStage(asking).filter(({ on }) => on === 'host')).toEqual([expect.objectContaining({ host: 'vm-q' })]);
  });

  it('changes nothing of how long a stage is watched', () => {
    for (const { gate, expects } of plan.stages) expect(expects.bakeSeconds).toBeGreaterThanOrEqual(gate.bakeMs / 1000);
  });

  it('is loosened in a diff when a call is not seen again', () => {
    const gate = plan.stages.find(({ id }) => id === 'shift-catalog')?.gate;
    if (!gate?.replay) throw new Error('no replay');
    const less = { ...gate, replay: { ...gate.replay, edges: gate.replay.edges.slice(1) } };
    expect(gateChanges('shift-catalog', gate, less)).toEqual([
      {
        gate: 'shift-catalog',
        how: 'loosened',
        what: 'replay of shop/web to catalog.shop.internal is not asked any more',
      },
    ]);
    const { replay: _, ...without } = gate;
    expect(gateChanges('shift-catalog', gate, without).map(({ how }) => how)).toEqual(['loosened', 'loosened', 'loosened']);
  });
});
