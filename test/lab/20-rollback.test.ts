import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resetShop } from './handle.ts';
import { quickEstate } from './witness/estate.ts';
import { addToFigure } from './witness/figure.ts';
import { Operator } from './witness/mesh.ts';
import { type Snapshot, takeSnapshot } from './witness/snapshot.ts';
import { closeTraffic, openTraffic } from './witness/traffic.ts';

let operator: Operator;
let stages: string[] = [];
let before: Snapshot;

/** In CI an early stage, since the grown shop goes back from the last one; all of them in `npm run soak`. */
const chosen = (all: string[]): string[] =>
  process.env['MESH_SOAK'] === undefined ? all.filter((_, index) => index === 1) : all;

describe('rollback, from the end of a stage to the start, under load', () => {
  beforeAll(async () => {
    await resetShop();
    await openTraffic();
    operator = await Operator.open(await quickEstate({ ladder: [50, 100] }));
    ({ stages } = await operator.makePlan());
    before = await takeSnapshot();
  });

  it('leaves cluster and hosts as they were', async () => {
    for (const stage of chosen(stages)) {
      const began = Date.now();
      await operator.must('migrate', 'apply', operator.plan, '--to', stage);
      const turned = Date.now();
      await operator.must('migrate', 'rollback', operator.plan, '--yes');
      console.log(
        `${stage}: there in ${Math.round((turned - began) / 1000)} s, back in ${Math.round((Date.now() - turned) / 1000)} s`,
      );
      const after = await takeSnapshot();
      expect(after.cluster, `cluster after ${stage}`).toEqual(before.cluster);
      expect(after.hosts, `hosts after ${stage}`).toEqual(before.hosts);
    }
  });

  afterAll(async () => {
    const { tally, declaredCuts } = await closeTraffic();
    await addToFigure(tally, declaredCuts);
    expect(tally.problems).toEqual([]);
    expect({ lost: tally.total.lost, cuts: tally.total.cuts, samples: tally.samples }).toEqual({
      lost: 0,
      cuts: 0,
      samples: [],
    });
  });
});
