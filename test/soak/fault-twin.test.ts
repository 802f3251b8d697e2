import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, resetShop, shopNamespace } from '../lab/handle.ts';
import { ON_PURPOSE, sumOf } from '../lab/witness/faults/books.ts';
import type { Course } from '../lab/witness/faults/course.ts';
import { endOf, RUNG, Shift } from '../lab/witness/faults/shift.ts';
import { lostPod, sickTwin } from '../lab/witness/faults/twin.ts';
import { compare } from '../lab/witness/faults/verdict.ts';
import { tallyNow } from '../lab/witness/traffic.ts';

let shift: Shift;

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
    // Client and server agree on every request. A pod that is killed takes its last half second of counts with it.
    expect((await tallyNow()).problems).toEqual([]);
  });

  it('loses its only pod: the stage goes back', async () => {
    const { course, control } = await shift.meet(lostPod, 'rolled back');
    expectRolledBack(course);
    expect(compare(course, control).above).toBe(0);
    expect(sumOf(control.seen.lost)).toBeGreaterThan(sumOf(course.seen.lost));
  });
});
