import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { rebootVm, resetShop } from '../lab/handle.ts';
import { quickEstate } from '../lab/witness/estate.ts';
import { addToFigure } from '../lab/witness/figure.ts';
import { Operator } from '../lab/witness/mesh.ts';
import { closeTraffic, openTraffic, peersSeen } from '../lab/witness/traffic.ts';
import { hasOpenIntent } from './intents.ts';

let operator: Operator;

/** Requests that pricing got without a proved identity so far. */
const plaintext = async (): Promise<number> => (await peersSeen())['pricing']?.['none'] ?? 0;

describe('a VM boots while a stage is applied', () => {
  beforeAll(async () => {
    await resetShop();
    await openTraffic();
    operator = await Operator.open(await quickEstate({ ladder: [100] }));
    await operator.makePlan();
    await operator.must('migrate', 'apply', operator.plan, '--to', 'shift-catalog');
  });

  it('the run stops with a code or waits, and the next apply comes to the end', async () => {
    const { done } = operator.start(['migrate', 'apply', operator.plan]);
    while (hasOpenIntent(await operator.journal())?.step !== 'enforce-pricing/recycle-vm-a') await sleep(20);
    await rebootVm('vm-a');
    const { exitCode, stderr } = await done;
    if (exitCode !== 0) expect(stderr).toMatch(/MW\d{4}/);
    await operator.must('migrate', 'apply', operator.plan);
  });

  it('its callers start in the mesh again: nothing goes past the proxy, under STRICT, after one more boot', async () => {
    const before = await plaintext();
    await rebootVm('vm-a');
    await sleep(10_000);
    expect(await plaintext()).toBe(before);
  });

  it('lost nothing', async () => {
    const { tally, declaredCuts } = await closeTraffic();
    await addToFigure(tally, declaredCuts);
    expect({ lost: tally.total.lost, cuts: tally.total.cuts, samples: tally.samples }).toEqual({
      lost: 0,
      cuts: 0,
      samples: [],
    });
  });
});
