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
  ])('%s stops it with status %i', async (fault, exit, code) => {
    expect((await play(fault)).end).toMatchObject({ exit, stopped: { code } });
  });

  test('a host that dies while it serves is the worst moment for what it serves', async () => {
    const { traffic, timeline } = await play('host-dies,at=12');
    expect(linesOf({ timeline }).some(({ kind }) => kind === 'fault')).toBe(true);
    expect(traffic.serving.share).toBeLessThan(1);
  });
});
