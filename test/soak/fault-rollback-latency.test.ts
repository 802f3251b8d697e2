import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resetShop } from '../lab/handle.ts';
import { applyUntil } from '../lab/witness/faults/course.ts';
import { errorsShown, firstSeen } from '../lab/witness/faults/first-seen.ts';
import { RouteWatch } from '../lab/witness/faults/route-watch.ts';
import { RUNG, Shift } from '../lab/witness/faults/shift.ts';
import { sickTwin } from '../lab/witness/faults/twin.ts';
import type { Operator } from '../lab/witness/mesh.ts';
import { closeTraffic } from '../lab/witness/traffic.ts';

const TIMES = 20;
/**
 * Flagger takes interval x threshold to roll back (its documentation, "How it works"); interval 60 s and threshold 1 where
 * nothing is said, examples of 1 min and 5 to 10, and an interval below 10 s counts as 10 s (`GetAnalysisInterval`).
 */
const FLAGGER_SECONDS = { fastest: 10 * 1, unset: 60 * 1, examples: [60 * 5, 60 * 10] };

/** One rollback, in seconds. */
interface Rollback {
  /** From the fault until the source of the gates shows its first error. */
  shown: number;
  /** From there until the gate failed. */
  decided: number;
  /** From the first error shown until the API server had the weight from before the stage. */
  stored: number;
}

let operator: Operator;
let watch: RouteWatch | undefined;
const rollbacks: Rollback[] = [];

async function rollBackOnce(errors: number): Promise<Rollback> {
  const fault = sickTwin('errors', { errors });
  try {
    const { done } = await applyUntil(operator, RUNG);
    const before = await errorsShown();
    const beganMs = Date.now();
    await fault.begin();
    let isOver = false;
    void done.then(() => (isOver = true));
    const shownMs = await firstSeen(before, () => isOver);
    const { exitCode, stdout, stderr } = await done;
    expect(exitCode, `${stdout}\n${stderr}`).toBe(4);
    const storedMs = watch?.backAt(0, beganMs);
    if (shownMs === undefined || storedMs === undefined) throw new Error(`rolled back unseen\n${stdout}`);
    const seconds = (from: number, to: number): number => (to - from) / 1000;
    return {
      shown: seconds(beganMs, shownMs),
      decided: seconds(shownMs, await failedAt()),
      stored: seconds(shownMs, storedMs),
    };
  } finally {
    await fault.end();
  }
}

/** When the last gate failed, by the journal. */
async function failedAt(): Promise<number> {
  const entries = (await operator.journal()).map(
    (line) => JSON.parse(line) as { type: string; outcome?: string; at: string },
  );
  return Date.parse(entries.findLast(({ type, outcome }) => type === 'gate' && outcome === 'fail')?.at ?? '');
}

function medianAndWorst(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
  return `${middle.toFixed(1)} s median, ${(sorted.at(-1) ?? 0).toFixed(1)} s worst`;
}

/** Faults on purpose: what is lost here is no part of the suite's figure. */
describe(`the way back, ${TIMES} times, from the first error that Prometheus shows to the stored weight`, () => {
  beforeAll(async () => {
    ({ operator } = await Shift.open([RUNG, 100]));
    watch = new RouteWatch();
  });
  afterAll(async () => {
    await watch?.stop();
    await closeTraffic();
    await resetShop();
  });

  it.each([0.5, 0.03])('of a twin that fails a share of %d', async (errors) => {
    rollbacks.length = 0;
    for (let round = 0; round < TIMES; round += 1) rollbacks.push(await rollBackOnce(errors));
    const all = (of: keyof Rollback): string => medianAndWorst(rollbacks.map((one) => one[of]));
    console.log(
      [
        `rollback latency, ${errors * 100} % errors, ${TIMES} times: ${all('stored')}, from the first error shown to the weight stored`,
        `  the gate had failed after ${all('decided')}; the first error was shown ${all('shown')} after the fault`,
        `  Flagger, interval x threshold: ${FLAGGER_SECONDS.fastest} s at its fastest, ${FLAGGER_SECONDS.unset} s with nothing set, ${FLAGGER_SECONDS.examples.join(' to ')} s in its examples`,
      ].join('\n'),
    );
    expect(watch?.now).toBe(0);
    expect(rollbacks).toHaveLength(TIMES);
  });
});
