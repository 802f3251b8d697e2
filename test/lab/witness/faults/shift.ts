import { resetShop } from '../../handle.ts';
import { ratedEstate } from '../estate.ts';
import { type MeshRun, Operator } from '../mesh.ts';
import { openTraffic } from '../traffic.ts';
import { type Course, meetAlone, meetInRun, SHIFT } from './course.ts';
import type { Fault } from './fault.ts';
import { report } from './verdict.ts';

/** The rung at which faults begin. */
export const RUNG = 25;

/** What came of a fault that met a migration, and of the same one without it. */
export interface Met {
  course: Course;
  control: Course;
  /** How the next apply ended, where the first one had left something to do. */
  resumed?: MeshRun;
}

/** A shop in which all have joined, and the catalog is to shift: the same one for several faults, one after the other. */
export class Shift {
  readonly operator: Operator;

  private constructor(operator: Operator) {
    this.operator = operator;
  }

  /**
   * @param prepare changes the shop that was just made, before it is discovered
   * @param estateOf writes the estate file and says where it is
   */
  static async open(
    ladder: readonly number[],
    gate: object = {},
    prepare?: () => Promise<unknown>,
    estateOf = ratedEstate,
  ): Promise<Shift> {
    await resetShop();
    await prepare?.();
    await openTraffic();
    const shift = new Shift(await Operator.open(await estateOf(ladder, gate)));
    await shift.operator.makePlan();
    await shift.operator.must('migrate', 'apply', shift.operator.plan, '--to', 'join-web');
    return shift;
  }

  async apply(): Promise<MeshRun> {
    return await this.operator.mesh('migrate', 'apply', this.operator.plan, '--to', SHIFT);
  }

  /** Back to where the stage begins. */
  async back(): Promise<void> {
    await this.operator.must('migrate', 'rollback', this.operator.plan, '--to', 'join-web', '--yes');
  }

  /** The fault in a migration, then without one for the same time at the same weights. Prints what came of both. */
  async meet(fault: Fault, outcome: string): Promise<Met> {
    const course = await meetInRun(this.operator, RUNG, fault);
    const isLeft = course.run?.exitCode === 3 || course.run?.exitCode === 1;
    const resumed = isLeft ? await this.apply() : undefined;
    if (course.run?.exitCode !== 4) await this.back();
    const control = await meetAlone(this.operator, RUNG, fault, fault.lastsMs ?? course.lastedMs);
    await this.back();
    console.log(report(fault, outcome, course, control));
    return { course, control, ...(resumed && { resumed }) };
  }
}

/** How a run ended, for people who compare: exit status, code, the twin's weight. */
export const endOf = ({
  run,
  weight,
}: Course): { exitCode: number | null; code: string | undefined; weight: number } => ({
  exitCode: run?.exitCode ?? null,
  code: /MW\d{4}/.exec(run?.stderr ?? '')?.[0],
  weight: weight ?? Number.NaN,
});
