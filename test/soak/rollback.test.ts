import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resetShop } from '../lab/handle.ts';
import { quickEstate } from '../lab/witness/estate.ts';
import { addToFigure } from '../lab/witness/figure.ts';
import { expectNothingLost } from '../lab/witness/loss.ts';
import { Operator } from '../lab/witness/mesh.ts';
import { type Snapshot, takeSnapshot } from '../lab/witness/snapshot.ts';
import { closeTraffic, openTraffic } from '../lab/witness/traffic.ts';

let operator: Operator;
let stages: string[] = [];
let before: Snapshot;

describe('rollback, from the end of a stage to the start, under load', () => {
  beforeAll(async () => {
    await resetShop();
    await openTraffic();
    operator = await Operator.open(await quickEstate({ ladder: [50, 100] }));
    ({ stages } = await operator.makePlan());
    before = await takeSnapshot();
  });

  it('leaves cluster and hosts as they were', async () => {
    for (const stage of stages) {
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
    expectNothingLost(tally);
  });
});
