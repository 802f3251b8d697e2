import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resetShop } from '../lab/handle.ts';
import type { Course } from '../lab/witness/faults/course.ts';
import { cutOff } from '../lab/witness/faults/outage.ts';
import { endOf, type Met, RUNG, Shift } from '../lab/witness/faults/shift.ts';
import { compare } from '../lab/witness/faults/verdict.ts';

let met: Met;

const text = ({ run }: Course): string => `${run?.stdout}\n${run?.stderr}`;

/** The machine that still has most of the traffic is gone for a minute: what it would have answered is lost either way. */
describe('the network to the VM of a service that shifts, cut on the 25 % rung', () => {
  beforeAll(async () => {
    const shift = await Shift.open([RUNG, 50, 100], { timeoutSeconds: 30 });
    met = await shift.meet(cutOff('vm-a'), 'ended');
  });
  afterAll(() => resetShop());

  it('stops at the rung', () => {
    expect([3], text(met.course)).toContain(endOf(met.course).exitCode);
    expect(endOf(met.course).weight).toBe(RUNG);
  });

  // A rung judges the twin alone: the stage stays, and the VM does not get back what the twin answers.
  it('costs no more than the same cut without a migration', () => {
    expect(compare(met.course, met.control).above).toBe(0);
  });
});
