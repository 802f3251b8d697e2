import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseEstate } from '../../src/estate/parse.ts';
import { inventorySchema } from '../../src/inventory/schema.ts';
import { createPlan } from '../../src/plans/create.ts';
import { expectsOf, predictedSeconds, totalExpected } from '../../src/plans/duration.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';
import { shopPlan, shopYaml } from '../fakes/shop.ts';
import { root } from '../run-mesh.ts';

const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');

/** The seconds of each stage of the recorded run: from the first line of its first step to the pass of its gate. */
function recordedSeconds(): Map<string, number> {
  const seconds = new Map<string, number>();
  const begun = new Map<string, number>();
  for (const [, at = '', of = '', what = ''] of read('docs', 'recordings', 'lab-run.txt').matchAll(/^(\S+Z) (\S+): (.*)$/gm)) {
    const stage = of.split('/')[0] ?? '';
    if (!begun.has(stage)) begun.set(stage, Date.parse(at));
    if (of === stage && what === 'gate pass') seconds.set(stage, (Date.parse(at) - (begun.get(stage) ?? 0)) / 1000);
  }
  return seconds;
}

describe('the predicted duration', () => {
  let plan: MigrationPlan;
  const recorded = recordedSeconds();

  beforeAll(() => {
    const digest = sha256Digest('x');
    plan = createPlan({
      id: 'shop',
      estate: parseEstate(read('plans', 'examples', 'shop', 'estate.yaml'), 'estate.yaml'),
      inventory: inventorySchema.parse(JSON.parse(read('plans', 'examples', 'shop', 'inventory.json'))),
      provider: providerOf('istio'),
      digests: { estate: digest, inventory: digest },
      hash: sha256Digest,
    });
  });

  it('is near what the recorded run of the same estate took, stage by stage and in all', () => {
    expect(plan.stages.map(({ id }) => id)).toEqual([...recorded.keys()]);
    for (const { id, expects } of plan.stages) {
      const took = recorded.get(id) ?? 0;
      expect(Math.abs(expects.seconds - took), `${id}: ${expects.seconds} s, took ${took} s`).toBeLessThan(Math.max(2.5, 0.15 * took));
    }
    const all = [...recorded.values()].reduce((sum, each) => sum + each, 0);
    expect(totalExpected(plan.stages).seconds / all).toBeGreaterThan(0.95);
    expect(totalExpected(plan.stages).seconds / all).toBeLessThan(1.05);
  });

  it('counts each bake of a ladder, and asks for no requests where no rate is stated', () => {
    const shift = plan.stages.find(({ id }) => id === 'shift-catalog');
    expect(shift?.expects).toEqual({ seconds: expect.any(Number), bakeSeconds: 5 * 11 + 8 });
    expect(shift?.expects.seconds).toBeGreaterThan(5 * 11 + 8);
  });

  it('is told from the stage alone', () => {
    for (const stage of plan.stages) {
      expect(predictedSeconds(stage)).toBe(stage.expects.seconds);
      expect(expectsOf(stage)).toEqual(stage.expects);
    }
  });

  it('takes a look-back as it is, and leaves out what a person does, and says so', () => {
    const yaml = shopYaml.replace(
      '    twin: {',
      '    retire: { name: dns, answers: [192.0.2.80] }\n    twin: {',
    );
    const stages = shopPlan(undefined, `${yaml}policy: { retire: { lookBackSeconds: 5000 } }\n`).stages;
    const retire = stages.find(({ move }) => move === 'retire');
    expect(retire?.expects.seconds).toBeGreaterThan(5000);
    expect(retire?.expects.seconds).toBeLessThan(5300);
    expect(retire?.expects.byHand).toBe(true);
    expect(totalExpected(stages).byHand).toBe(true);
    expect(totalExpected(stages.filter(({ move }) => move !== 'retire')).byHand).toBeUndefined();
  });
});
