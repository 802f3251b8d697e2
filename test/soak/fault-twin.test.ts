import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, resetShop, shopNamespace } from '../lab/handle.ts';
import { booksNow, ON_PURPOSE, since, sumOf } from '../lab/witness/faults/books.ts';
import type { Course } from '../lab/witness/faults/course.ts';
import { quantile } from '../lab/witness/faults/proxies.ts';
import { endOf, RUNG, Shift } from '../lab/witness/faults/shift.ts';
import { lostPod, sickTwin } from '../lab/witness/faults/twin.ts';
import { compare } from '../lab/witness/faults/verdict.ts';
import { closeTraffic, openTraffic } from '../lab/witness/traffic.ts';

let shift: Shift;

/** The p99 of the catalog's answers over some seconds, in milliseconds. */
async function p99Now(): Promise<number> {
  const before = await booksNow();
  await sleep(10_000);
  return quantile(since(before, await booksNow()).backends.vm.within, 0.99);
}

function expectRolledBack(course: Course): void {
  expect(endOf(course), `${course.run?.stdout}\n${course.run?.stderr}`).toEqual({
    exitCode: 4,
    code: 'MW1501',
    weight: 0,
  });
  expect(course.backMs).toBeGreaterThan(0);
}

/** Faults on purpose: what is lost here is no part of the suite's figure. */
describe('a twin that goes bad on the 25 % rung', () => {
  beforeAll(async () => {
    const onePod = () => kubectl(['-n', shopNamespace, 'scale', 'deployment', 'catalog', '--replicas=1']);
    shift = await Shift.open([RUNG, 50, 100], {}, onePod);
  });
  afterAll(() => resetShop());

  it('fails 3 % of its requests: the stage goes back, and nothing else is lost', async () => {
    const { course, control } = await shift.meet(sickTwin('3% errors', { errors: 0.03 }), 'rolled back');
    expectRolledBack(course);
    for (const { seen } of [course, control]) {
      expect(seen.lost).toEqual({ [ON_PURPOSE]: seen.failedOnPurpose });
      expect(seen.cuts).toBe(0);
    }
    expect(compare(course, control).above).toBe(0);
  });

  it('is so slow that its p99 triples: the stage goes back, and nothing is lost', async () => {
    const usualMs = await p99Now();
    // A share of 5 % lies beyond the 99th percentile; what waits for three times the usual answers no sooner.
    const { course, control } = await shift.meet(
      sickTwin('p99 tripled', { slow: 0.05, delayMs: 3 * usualMs }),
      'rolled back',
    );
    const badMs = quantile(course.seen.backends.twin.within, 0.99);
    console.log(
      `  p99 of the catalog ${usualMs.toFixed(0)} ms before, of the twin ${badMs.toFixed(0)} ms with the fault`,
    );
    expect(badMs).toBeGreaterThan(3 * usualMs);
    for (const { seen } of [course, control]) expect([seen.lost, seen.cuts]).toEqual([{}, 0]);
    expectRolledBack(course);
  });

  it('and clients and servers agree on every request of both', async () => {
    expect((await closeTraffic()).tally.problems).toEqual([]);
    // A pod that is killed takes its last half second of counts with it: what follows is counted anew.
    await openTraffic();
  });

  it('loses its only pod: the stage goes back', async () => {
    const { course, control } = await shift.meet(lostPod, 'rolled back');
    expectRolledBack(course);
    expect(compare(course, control).above).toBe(0);
    expect(sumOf(control.seen.lost)).toBeGreaterThan(sumOf(course.seen.lost));
  });
});
