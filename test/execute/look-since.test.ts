import { describe, expect, it } from 'vitest';
import type { RunState } from '../../src/journal/run-state.ts';
import { fold } from '../../src/journal/fold.ts';
import { lookSince } from '../../src/execute/through-gate.ts';
import { planOf } from '../fakes/plan.ts';
import { ModelRun } from '../fakes/run.ts';

const stateOf = (run: ModelRun): RunState => fold(run.entries);

/** A run whose first stage passed its gate, and to which somebody came back a day later. */
function comeBackTo(): { run: ModelRun; bakedAtMs: number; backAtMs: number } {
  const run = new ModelRun(planOf([{ steps: 1 }, { steps: 1 }]));
  run.goal('forward', 'stage-0');
  run.run();
  const bakedAtMs = stateOf(run).gates.get('stage-0')?.bakingSince ?? Number.NaN;
  run.now += 86_400_000;
  const backAtMs = run.now;
  run.goal('forward');
  return { run, bakedAtMs, backAtMs };
}

describe('since when a look at a gate counts', () => {
  it('is the bake while it bakes, and the present goal once it has passed', () => {
    const { run, bakedAtMs, backAtMs } = comeBackTo();
    const since = (phase?: 'bake' | 'watch'): number => lookSince(stateOf(run), 'stage-0', run.now, phase);
    expect([since(), since('bake')]).toEqual([bakedAtMs, bakedAtMs]);
    expect(since('watch')).toBe(backAtMs);
  });

  it('is the bake of a gate that passed under this goal', () => {
    const { run } = comeBackTo();
    run.run();
    const bakedAtMs = stateOf(run).gates.get('stage-1')?.bakingSince;
    expect(lookSince(stateOf(run), 'stage-1', run.now, 'watch')).toBe(bakedAtMs);
  });

  it('is now for a gate that never baked', () => {
    expect(lookSince(stateOf(comeBackTo().run), 'stage-9', 7, 'bake')).toBe(7);
  });
});
