import { type Books, ON_PURPOSE, sumOf } from './books.ts';
import type { Course } from './course.ts';
import type { Fault } from './fault.ts';

/** What a migration's course cost beside its control's. */
export interface Verdict {
  /** Lost beyond what the control lost in the same time. What the service failed on purpose is not in it. */
  above: number;
  /** Of the stage's requests to the catalog, the share that its callers' proxies sent to the twin once it was bad. */
  metShare: number;
}

const chanceLosses = (lost: Record<string, number>): number => sumOf(lost) - (lost[ON_PURPOSE] ?? 0);

/** A request that times out in one course may be refused in the other: what counts is how many were lost, for whatever reason. */
export function compare({ seen, stageRequests }: Course, control: Course): Verdict {
  const above = Math.max(0, chanceLosses(seen.lost) - chanceLosses(control.seen.lost));
  return { above, metShare: seen.backends.twin.requests / stageRequests };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const reasons = (lost: Record<string, number>): string =>
  sumOf(lost) === 0
    ? ''
    : ` (${Object.entries(lost)
        .map(([reason, count]) => `${count} ${reason}`)
        .join(', ')})`;

const count = ({ sent, lost, cuts, backends }: Books): string =>
  `${sumOf(lost)} of ${sent} lost${reasons(lost)}, ${cuts} cuts, ${backends.twin.requests} to the twin and ${backends.vm.requests} to the VM`;

/** A machine that stood still for a second is no part of any fault, and may lose requests. */
const stood = ({ stalledMs }: Course): string =>
  stalledMs < 1_000 ? '' : `; the machine stood still for ${seconds(stalledMs)}`;

/** The lines that a fault is reported by: the verdict, then what both courses counted. */
export function report({ name: fault, isTwins }: Fault, outcome: string, course: Course, control: Course): string {
  const { above, metShare } = compare(course, control);
  const when = course.backMs === undefined ? '' : ` ${seconds(course.backMs)} after the fault`;
  // Only a twin that is bad itself was met by anybody.
  const met = isTwins ? `${(metShare * 100).toFixed(1)} % of the stage's requests met the bad twin, ` : '';
  return [
    `fault ${fault}: ${outcome}${when}, ${met}${above} lost above the control`,
    `  with the migration, ${seconds(course.lastedMs)} of fault: ${count(course.seen)}${stood(course)}`,
    `  control, ${seconds(control.lastedMs)} of fault: ${count(control.seen)}${stood(control)}`,
  ].join('\n');
}
