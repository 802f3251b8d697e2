import { describe, expect, it } from 'vitest';
import { meshError } from '../../../src/errors/index.ts';
import { factsOf } from '../../../src/execute/world/facts.ts';
import { MemoryJournal } from '../../../src/execute/world/memory-journal.ts';
import { modelTarget } from '../../../src/execute/world/model-target.ts';
import { EstateModel } from '../../../src/execute/world/model.ts';
import { evaluateGate } from '../../../src/execute/evaluate-gate.ts';
import { runOnce } from '../../../src/execute/world/rehearse.ts';
import { takeBaseline } from '../../../src/execute/take-baseline.ts';
import { fold } from '../../../src/journal/fold.ts';
import type { Baseline } from '../../../src/journal/run-state.ts';
import type { GateOutcome, Verdict } from '../../../src/plans/gate.ts';
import type { Stage } from '../../../src/plans/plan.ts';
import { shopEstate, shopInventory, shopPlan, shopYaml } from '../../fakes/shop.ts';

const yaml = `${shopYaml}policy: { waves: { assumedRate: 20 } }\n`;
const plan = shopPlan(undefined, yaml);
const stageOf = (id: string): Stage => {
  const found = plan.stages.find((stage) => stage.id === id);
  if (!found) throw new Error(`no stage ${id}`);
  return found;
};

/** The model of the shop, run up to the end of a stage, and what a later stage finds before its first step. */
async function standing(
  upTo: string,
  stage: string,
): Promise<{ model: EstateModel; journal: MemoryJournal; stage: Stage }> {
  const model = new EstateModel(factsOf(shopEstate(yaml), shopInventory()), 1_767_225_600_000);
  const journal = new MemoryJournal(model, 'r');
  await runOnce(model, { plan, goal: { direction: 'forward', to: upTo }, tool: 'test' }, journal, () => undefined);
  model.pass(120_000);
  await takeBaseline(
    { do: 'baseline', stage: stageOf(stage) },
    { journal, target: modelTarget(model), watch: () => undefined },
  );
  return { model, journal, stage: stageOf(stage) };
}

const baselineOf = ({ entries }: MemoryJournal, { id }: Stage): Baseline | undefined => fold(entries).baselines.get(id);

/** What the replay says of a stage's gate, that many seconds after it began to bake. */
async function replayed(
  { model, journal, stage }: { model: EstateModel; journal: MemoryJournal; stage: Stage },
  seconds: number,
): Promise<{ of: (subject: string) => Verdict | undefined; outcomes: Set<GateOutcome> }> {
  const sinceMs = model.nowMs;
  model.pass(seconds * 1000);
  const gate = { ...stage.gate, checks: [], metrics: [], bakeMs: 1_000, timeoutMs: 300_000 };
  const look = { sinceMs, nowMs: model.nowMs };
  const { verdicts } = await evaluateGate(gate, modelTarget(model), look, baselineOf(journal, stage));
  return {
    of: (subject) => verdicts.find((one) => one.subject === subject),
    outcomes: new Set(verdicts.map(({ outcome }) => outcome)),
  };
}

const [toCatalog, toPricing] = ['shop/web to catalog.shop.internal', 'shop/catalog and vm-a to pricing.shop.internal'];

describe('the replay of what was before a stage', () => {
  it('passes where all goes on', async () => {
    const before = await standing('join-web', 'shift-catalog');
    expect(baselineOf(before.journal, before.stage)?.lack).toBeUndefined();
    const { outcomes, of } = await replayed(before, 90);
    expect([...outcomes]).toEqual(['pass']);
    expect(of(toCatalog)?.counts?.['before']).toBeGreaterThan(10);
    expect(of('pricing.shop.internal on vm-a')).toMatchObject({ outcome: 'pass' });
  });

  it('waits for a call that fell silent, and fails when no scrape can be that late', async () => {
    const before = await standing('join-web', 'shift-catalog');
    before.model.facts.calls.splice(
      0,
      before.model.facts.calls.length,
      ...before.model.facts.calls.filter(({ to }) => to !== 'catalog'),
    );
    before.model.changed();
    expect((await replayed(before, 20)).of(toCatalog)).toMatchObject({ outcome: 'inconclusive', value: 0 });
    const { of } = await replayed(before, 200);
    expect(of(toCatalog)).toMatchObject({ outcome: 'fail', value: 0, evidence: 'before' });
    expect(of(toPricing)).toMatchObject({ outcome: 'pass' });
  });

  it('does not ask for a call that was silent before', async () => {
    const before = await standing('join-web', 'shift-catalog');
    const seen = baselineOf(before.journal, before.stage)?.edges ?? [];
    const silent = {
      edges: seen.map((one) => ({ ...one, earlier: 0, later: 0 })),
      names: [],
      about: 'baseline' as const,
      stage: before.stage.id,
    };
    await before.journal.append({ type: 'note', note: silent });
    before.model.facts.calls.length = 0;
    before.model.changed();
    expect((await replayed(before, 200)).of(toCatalog)).toMatchObject({ outcome: 'pass' });
  });

  it('holds where a calling host is told another address for a name, and passes when it is told the old one again', async () => {
    const before = await standing('join-web', 'shift-catalog');
    const was = baselineOf(before.journal, before.stage)?.names[0]?.addresses ?? [];
    expect(was.length).toBeGreaterThan(0);
    before.model.state.names.set('pricing.shop.internal', ['198.51.100.7']);
    const [name, moved] = ['pricing.shop.internal on vm-a', await replayed(before, 30)];
    expect(moved.of(name)).toMatchObject({
      outcome: 'inconclusive',
      why: `told 198.51.100.7, and before the stage ${was.join(', ')}`,
    });
    before.model.state.names.delete('pricing.shop.internal');
    expect((await replayed(before, 30)).of(name)).toMatchObject({ outcome: 'pass' });
  });

  it('is an error while the source gives no answer, and without a record decides nothing', async () => {
    const before = await standing('join-web', 'shift-catalog');
    before.model.metricsGoneUntil = before.model.nowMs + 3_600_000;
    expect((await replayed(before, 30)).of(toCatalog)).toMatchObject({ outcome: 'error' });
    before.model.metricsGoneUntil = 0;
    const fresh = { ...before, journal: new MemoryJournal(before.model, 'other') };
    expect([...(await replayed(fresh, 30)).outcomes]).toEqual(['inconclusive']);
  });

  it('is left out of a run that was adopted in mid-stage, and says so', async () => {
    const before = await standing('join-web', 'shift-catalog');
    const [first] = before.stage.steps;
    const done = first ? [{ step: first.id, stepHash: first.hash }] : [];
    const opened = {
      about: 'opened',
      format: 2,
      plan: 'shop',
      planDigest: plan.digest,
      estate: 'shop',
      tool: 'test',
    } as const;
    const journal = new MemoryJournal(before.model, 'other');
    await journal.append({ type: 'note', note: { ...opened, adopted: { done, unknown: [], gates: [] } } });
    expect([...(await replayed({ ...before, journal }, 30)).outcomes]).toEqual(['pass']);
    expect((await replayed({ ...before, journal }, 30)).of('what went on before the stage')?.why).toContain(
      'not compared',
    );
  });

  it('is not begun with while metrics or a host give no answer', async () => {
    const { model, journal, stage } = await standing('join-web', 'shift-catalog');
    model.metricsGoneUntil = model.nowMs + 3_600_000;
    const target = modelTarget(model);
    const told = (): Promise<never> => Promise.reject(meshError('MW1101', { host: 'vm-a', address: '192.0.2.11' }));
    await takeBaseline({ do: 'baseline', stage }, { journal, target: { ...target, told }, watch: () => undefined });
    const lack = baselineOf(journal, stage)?.lack ?? '';
    expect(lack).toContain('connection refused');
    expect(lack).toContain('vm-a');
  });
});
