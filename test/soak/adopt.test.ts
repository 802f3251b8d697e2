import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { resetShop, vmShell } from '../lab/handle.ts';
import { quickEstate } from '../lab/witness/estate.ts';
import { addToFigure } from '../lab/witness/figure.ts';
import { expectNothingLost } from '../lab/witness/loss.ts';
import { Operator } from '../lab/witness/mesh.ts';
import { type Snapshot, takeSnapshot } from '../lab/witness/snapshot.ts';
import { closeTraffic, openTraffic, restarts } from '../lab/witness/traffic.ts';
import { killInStep } from './intents.ts';

let laptop: Operator;
let before: Snapshot;

/** Another machine: the reviewed plan from git, the estate file, and no journal. The first one's disk is gone. */
async function anotherMachine(): Promise<{ operator: Operator; run: string }> {
  await rm(join(laptop.directory, '.meshway'), { recursive: true });
  const operator = await Operator.open(laptop.estate);
  await copyFile(laptop.plan, operator.plan);
  const run = /^run (.*)$/m.exec((await vmShell('vm-b', 'cat /var/lib/meshway/owner')).stdout)?.[1] ?? '';
  return { operator, run };
}

describe('apply is killed, its journal is gone with the disk, and the run is adopted elsewhere', () => {
  beforeAll(async () => {
    await resetShop();
    await openTraffic();
    laptop = await Operator.open(await quickEstate({ ladder: [10, 50, 100] }));
    await laptop.makePlan();
    before = await takeSnapshot();
  });

  it('goes back to the start from the middle of a restart, and leaves cluster and hosts as they were', async () => {
    await killInStep(laptop, 'join-catalog-twin/enrol', 1_000);
    const { operator, run } = await anotherMachine();
    await operator.must('migrate', 'rollback', operator.plan, '--yes', '--adopt', run);
    expect(await takeSnapshot()).toEqual(before);
  });

  it('goes on to the end from the middle of a shift, restarts what the plan says once, and is then done', async () => {
    const since = await restarts();
    await killInStep(laptop, 'shift-catalog/weight-50', 0);
    const { operator, run } = await anotherMachine();
    expect((await operator.mesh('migrate', 'apply', operator.plan)).exitCode).not.toBe(0);
    await rm(join(operator.directory, '.meshway'), { recursive: true });
    await operator.must('migrate', 'apply', operator.plan, '--adopt', run);
    const after = await restarts();
    const grown = Object.keys(after).map((place) => [place, (after[place] ?? 0) - (since[place] ?? 0)]);
    expect(Object.fromEntries(grown)).toEqual({ catalog: 2, web: 2, 'vm-a': 1 });
    const entries = (await operator.journal()).length;
    await operator.must('migrate', 'apply', operator.plan);
    const added = (await operator.journal()).slice(entries).map((line) => JSON.parse(line) as { type: string });
    expect(added.every(({ type }) => type === 'note')).toBe(true);
  });

  it('lost nothing, and cut nothing that was not declared', async () => {
    const { tally, declaredCuts } = await closeTraffic();
    await addToFigure(tally, declaredCuts);
    expectNothingLost(tally);
  });
});
