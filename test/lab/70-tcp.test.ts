import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resetShop } from './handle.ts';
import { addTill, desk, deskConnections } from './shop/till.ts';
import { tillEstate } from './witness/estate.ts';
import { addToFigure } from './witness/figure.ts';
import { Operator } from './witness/mesh.ts';
import { type Snapshot, takeSnapshot } from './witness/snapshot.ts';
import { closeTraffic, openTraffic, type Tally, tallyNow } from './witness/traffic.ts';

let operator: Operator;
let before: Snapshot;

const ofDesk = ({ edges }: Tally): { kind: string; ok: number; lost: number; cuts: number; selfClosed: number }[] =>
  edges.filter(({ edge }) => edge.startsWith(`${desk}->`));
const cutsOfDesk = async (): Promise<number> => ofDesk(await tallyNow()).reduce((sum, { cuts }) => sum + cuts, 0);
/** The proxies of the lab drain for 20 s. */
const drained = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 22_000));

describe('a TCP service moves by one switch, under load', () => {
  beforeAll(async () => {
    await resetShop();
    await addTill();
    await openTraffic(['web', 'catalog', desk]);
    operator = await Operator.open(await tillEstate());
    const { stages } = await operator.makePlan();
    expect(stages).toEqual(expect.arrayContaining(['join-vm-b', 'join-till-twin', 'join-vm-a', 'shift-till']));
    before = await takeSnapshot();
  });
  afterAll(async () => {
    console.log(`plan and journal: ${operator.directory}`);
  });

  it('says in the plan what it closes', async () => {
    const { stdout } = await operator.must('migrate', 'show', operator.plan);
    expect(stdout).toMatch(/switch.*connection-reset/);
  });

  it('joins with its caller, and closes nothing', async () => {
    await operator.must('migrate', 'apply', operator.plan, '--to', 'join-web');
    expect(await cutsOfDesk()).toBe(0);
  });

  it('moves all connections at once, and closes each that was there, once', async () => {
    const { stdout } = await operator.must('migrate', 'apply', operator.plan, '--to', 'shift-till');
    console.log(stdout);
    await drained();
    expect(await cutsOfDesk()).toBe(deskConnections);
  });

  it('is STRICT at the end, which closes them once more', async () => {
    await operator.must('migrate', 'apply', operator.plan);
    await drained();
    expect(await cutsOfDesk()).toBe(2 * deskConnections);
  });

  it('goes all the way back, by the same two resets', async () => {
    await operator.must('migrate', 'rollback', operator.plan, '--yes');
    const after = await takeSnapshot();
    expect(after.cluster).toEqual(before.cluster);
    expect(after.hosts).toEqual(before.hosts);
    expect(await cutsOfDesk()).toBe(4 * deskConnections);
  });

  it('lost nothing, and cut what was declared and no more', async () => {
    const { tally, declaredCuts } = await closeTraffic();
    await addToFigure(
      { ...tally, total: { ...tally.total, cuts: tally.total.cuts - 4 * deskConnections } },
      declaredCuts + 4 * deskConnections,
    );
    console.log(JSON.stringify(ofDesk(tally)), JSON.stringify(tally.cuts.slice(0, 20)));
    expect(tally.problems).toEqual([]);
    expect({ lost: tally.total.lost, cuts: tally.total.cuts }).toEqual({ lost: 0, cuts: 4 * deskConnections });
  });
});
