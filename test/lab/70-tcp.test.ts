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
let resets = 0;

const ofDesk = ({ edges }: Tally): { kind: string; ok: number; lost: number; cuts: number; selfClosed: number }[] =>
  edges.filter(({ edge }) => edge.startsWith(`${desk}->`));
const cutsOfDesk = async (): Promise<number> => ofDesk(await tallyNow()).reduce((sum, { cuts }) => sum + cuts, 0);
/** The proxies of the lab drain for 20 s, and on the way back no gate waits for that. */
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
    expect(await cutsOfDesk()).toBe(deskConnections);
  });

  it('is STRICT at the end, which closes them once more', async () => {
    await operator.must('migrate', 'apply', operator.plan);
    expect(await cutsOfDesk()).toBe(2 * deskConnections);
  });

  it('goes back by the same two resets', async () => {
    await operator.must('migrate', 'rollback', operator.plan, '--to', 'shift-till', '--yes');
    await drained();
    expect(await cutsOfDesk()).toBe(3 * deskConnections);
    await operator.must('migrate', 'rollback', operator.plan, '--to', 'join-web', '--yes');
    await drained();
    expect(await cutsOfDesk()).toBe(4 * deskConnections);
  });

  it('leaves the mesh, closes what the proxies hold, each once, and all is as it was', async () => {
    const { stdout } = await operator.must('migrate', 'rollback', operator.plan, '--yes');
    expect(stdout).toMatch(/connection\(s\) left after 10 s end with the proxy of host vm-[ab]/);
    const after = await takeSnapshot();
    expect(after.cluster).toEqual(before.cluster);
    expect(after.hosts).toEqual(before.hosts);
    resets = await cutsOfDesk();
    console.log(`${resets} connections reset, by switch, STRICT, both back, and two proxies that end`);
    expect(resets).toBe(6 * deskConnections);
  });

  it('lost nothing, and cut what was declared and no more', async () => {
    const { tally, declaredCuts } = await closeTraffic();
    // A reset takes with it what is on its way: that is what the plan declares.
    const caught = tally.cuts.filter(({ edge, inFlight }) => edge.startsWith(`${desk}->`) && inFlight).length;
    const { lost, cuts } = tally.total;
    await addToFigure(
      { ...tally, total: { ...tally.total, lost: lost - caught, cuts: cuts - resets } },
      declaredCuts + resets,
    );
    expect(tally.problems).toEqual([]);
    expect({ lost, cuts }).toEqual({ lost: caught, cuts: resets });
    expect(tally.cuts.every(({ edge }) => edge.startsWith(`${desk}->`))).toBe(true);
  });
});
