import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resetShop } from '../lab/handle.ts';
import { unkeptEstate } from '../lab/witness/estate.ts';
import { endOf, RUNG, Shift } from '../lab/witness/faults/shift.ts';
import { sickTwin } from '../lab/witness/faults/twin.ts';
import { compare } from '../lab/witness/faults/verdict.ts';
import { addToFigure } from '../lab/witness/figure.ts';
import { expectNothingLost } from '../lab/witness/loss.ts';
import { closeTraffic, openTraffic } from '../lab/witness/traffic.ts';

interface GateLine {
  type: string;
  of: string;
  outcome: string;
  /** Of a look that only tells whether the gate fails. */
  phase?: string;
  verdicts: { name: string; requests: number | null; outcome: string }[];
}

let shift: Shift;

/** What the rungs' gates have recorded since a line of the journal. */
async function gatesSince(line: number): Promise<GateLine[]> {
  const lines = (await shift.operator.journal()).slice(line);
  return lines
    .map((one) => JSON.parse(one) as GateLine)
    .filter(({ type, of }) => type === 'gate' && of.includes('weight'));
}

/** An estate that names no Prometheus: every gate decides by what the proxies tell of themselves. */
describe('gates by the proxies’ own counters', () => {
  beforeAll(async () => {
    shift = await Shift.open([RUNG, 50, 100], {}, undefined, unkeptEstate);
  });
  afterAll(() => resetShop());

  it('pass a healthy shift, by requests that were counted, and nothing is lost', async () => {
    const from = (await shift.operator.journal()).length;
    const run = await shift.apply();
    expect(run.exitCode, run.stderr).toBe(0);
    const passed = (await gatesSince(from)).filter(({ outcome, phase }) => outcome === 'pass' && phase === undefined);
    expect(passed.map(({ of }) => of)).toEqual([RUNG, 50, 100].map((rung) => `shift-catalog/weight-${rung}`));
    for (const { of, verdicts } of passed) {
      const counted = verdicts.map(({ requests }) => requests ?? 0);
      console.log(`  ${of}: ${verdicts.length} verdicts, ${Math.max(...counted)} requests counted`);
      expect(Math.max(...counted)).toBeGreaterThan(100);
    }
    await shift.back();
    const { tally, declaredCuts } = await closeTraffic();
    await addToFigure(tally, declaredCuts);
    expectNothingLost(tally);
    await openTraffic();
  });

  it('send a twin back that fails 3 % of its requests', async () => {
    const { course, control } = await shift.meet(sickTwin('3% errors', { errors: 0.03 }), 'rolled back');
    expect(endOf(course), `${course.run?.stdout}\n${course.run?.stderr}`).toEqual({
      exitCode: 4,
      code: 'MW1501',
      weight: 0,
    });
    expect(course.backMs).toBeGreaterThan(0);
    expect(compare(course, control).above).toBe(0);
  });
});
