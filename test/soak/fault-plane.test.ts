import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resetShop } from '../lab/handle.ts';
import { apiServerStopped, prometheusStopped } from '../lab/witness/faults/outage.ts';
import { endOf, RUNG, Shift } from '../lab/witness/faults/shift.ts';
import { compare } from '../lab/witness/faults/verdict.ts';

let shift: Shift;

/** What watches and what is written to stop for a minute; no request passes through either. */
describe('what stops around a shift on the 25 % rung', () => {
  beforeAll(async () => {
    // Half as long as the outage: a gate that cannot be asked is to pause, not to wait until it can.
    shift = await Shift.open([RUNG, 50, 100], { timeoutSeconds: 30 });
  });
  afterAll(() => resetShop());

  it('Prometheus: the run pauses where it is, and the next apply carries it through', async () => {
    const { course, control, resumed } = await shift.meet(
      prometheusStopped,
      'paused, and carried through by the next apply',
    );
    expect(endOf(course), course.run?.stdout).toEqual({ exitCode: 3, code: 'MW1503', weight: RUNG });
    expect(resumed?.exitCode, `${resumed?.stdout}\n${resumed?.stderr}`).toBe(0);
    expect([course.seen.lost, course.seen.cuts]).toEqual([{}, 0]);
    expect(compare(course, control).above).toBe(0);
  });

  it('the API server: the step under way waits for it, and the run is carried through', async () => {
    const { course, control } = await shift.meet(apiServerStopped, 'carried through');
    expect(endOf(course), `${course.run?.stdout}\n${course.run?.stderr}`).toMatchObject({ exitCode: 0, weight: 100 });
    expect([course.seen.lost, course.seen.cuts]).toEqual([{}, 0]);
    expect(compare(course, control).above).toBe(0);
  });
});
