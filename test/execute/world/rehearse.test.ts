import { describe, expect, test } from 'vitest';
import { parseFault } from '../../../src/execute/world/fault.ts';
import { rehearse, type Rehearsal } from '../../../src/execute/world/rehearse.ts';
import { linesOf } from '../../../src/report/rehearsal/words.ts';
import { type PlannedEstate, randomPlan } from './plans.ts';

const goal = { direction: 'forward', to: null, commit: true } as const;

function shifting(): PlannedEstate {
  for (let seed = 1; ; seed += 1) {
    const found = randomPlan(seed);
    if (
      found.plan.applyable &&
      found.plan.stages.some(({ id }) => id.startsWith('shift-')) &&
      found.estate.policy.egress === 'open'
    )
      return found;
  }
}

const { estate, inventory, plan } = shifting();
const shifted = plan.stages.find(({ id }) => id.startsWith('shift-'))?.id.slice('shift-'.length) ?? '';
const joined = plan.stages
  .flatMap(({ steps }) => steps.flatMap(({ apply }) => apply))
  .flatMap((one) => ('host' in one ? [one.host] : []))[0];
const play = (...faults: string[]): Promise<Rehearsal> =>
  rehearse({ plan, estate, inventory, faults: faults.map(parseFault), seed: 3, goal, startMs: 0, tool: 'test' });

describe('a rehearsal', () => {
  test('without faults reaches the end, in about the time that the plan expects, and loses nothing', async () => {
    const { end, tookMs, expectedMs, stages, traffic } = await play();
    expect(end).toEqual({ exit: 0, goal: 'end' });
    expect(stages.done).toBe(stages.of);
    expect(Math.abs(tookMs / expectedMs - 1)).toBeLessThan(0.5);
    expect([traffic.lost, traffic.serving.share]).toEqual([{}, 1]);
    expect(traffic.requests).toBeGreaterThan(0);
  });

  test('is the same with the same seed, to the byte', async () => {
    expect(JSON.stringify(await play('crash', 'host-dies,for=30'))).toBe(
      JSON.stringify(await play('crash', 'host-dies,for=30')),
    );
  });

  test('rolls a bad twin back, traffic first, with the status of a real run', async () => {
    const { end, timeline, traffic } = await play(`bad-twin=${shifted},share=0.2,from=5`);
    expect(end).toMatchObject({ exit: 4, stopped: { code: 'MW1501' } });
    expect(traffic.lost['error']).toBeGreaterThan(0);
    const back = timeline.flatMap((entry) =>
      entry.event === 'step.started' && entry.direction === 'revert' ? [entry.step] : [],
    );
    expect(back[0]).toMatch(/weight|switch/);
  });

  test('carries on after a crash, and comes to the same end', async () => {
    const { end, timeline } = await play('crash,at=9');
    expect(end).toEqual({ exit: 0, goal: 'end' });
    expect(timeline.map(({ event }) => event)).toEqual(expect.arrayContaining(['killed', 'started-again']));
  });

  test.each([
    ['metric-gap=3000,at=3', 3, 'MW1503'],
    ['api-gap=60,at=1', 9, 'MW1201'],
    ['conflict,at=1', 1, 'MW1407'],
    ['slow-rollout=200', 1, 'MW1402'],
    [`wrong-clock=${joined},at=1`, 3, 'MW1502'],
    [`no-renewal=${joined},at=1,left=3000`, 3, 'MW1502'],
  ])('%s stops it with status %i', async (fault, exit, code) => {
    expect((await play(fault)).end).toMatchObject({ exit, stopped: { code } });
  });

  test('a clock that is off by less than allowed, one that is put right, and a certificate that is long enough stop nothing', async () => {
    for (const fault of [
      'wrong-clock=HOST,at=1,by=3',
      'wrong-clock=HOST,at=1,for=60',
      'no-renewal=HOST,at=1,left=80000',
    ])
      expect((await play(fault.replace('HOST', joined ?? ''))).end).toEqual({ exit: 0, goal: 'end' });
  });

  test('a certificate that ends cuts a host off from the mesh, and from nobody else', async () => {
    const { end, traffic } = await play(`no-renewal=${joined},left=1`);
    expect(end.exit).toBe(3);
    expect(Object.keys(traffic.lost)).toEqual(['nobody there']);
  });

  test('a host that dies while it serves is the worst moment for what it serves', async () => {
    const { traffic, timeline } = await play('host-dies,at=12');
    expect(linesOf({ timeline }).some(({ kind }) => kind === 'fault')).toBe(true);
    expect(traffic.serving.share).toBeLessThan(1);
  });
});
