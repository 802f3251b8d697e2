import type { Freeze } from '../estate/wave-policy.ts';
import type { PlanFreeze, StageDraft } from './plan.ts';
import type { EstateView } from './view.ts';

type Frozen = Pick<PlanFreeze, 'from' | 'until' | 'reason' | 'stages'>;

/** The estate's freeze windows as the plan has them: with the stages that each of them holds back. Windows of no stage are left out. */
export function freezeWindows(view: EstateView, stages: readonly StageDraft[]): { freeze?: PlanFreeze[] } {
  const windows = view.estate.policy.freeze.flatMap((freeze): PlanFreeze[] => {
    const held = stages.filter((stage) => isHeld(view, freeze, stage)).map(({ id }) => id);
    const { from, until, reason, services, owners } = freeze;
    const of = { ...(services && { services }), ...(owners && { owners }) };
    return held.length === 0 ? [] : [{ from, until, reason, ...of, stages: held }];
  });
  return windows.length === 0 ? {} : { freeze: windows };
}

/** A window that names nobody holds everything back; else the stages of the services that it names, or whose owners it names. */
function isHeld(view: EstateView, { services, owners }: Freeze, { subjects }: StageDraft): boolean {
  if (services === undefined && owners === undefined) return true;
  const moved = view.inventory.workloads.filter(({ id }) => subjects.includes(id)).map(({ service }) => service);
  return moved.some((name) => {
    const owner = view.service(name)?.owner;
    return services?.includes(name) === true || (owner !== undefined && owners?.includes(owner) === true);
  });
}

/** A stage that may not begin now. */
export interface Hold {
  /** When it may, as the window says it: the end of the last of the windows that follow on each other. */
  until: string;
  /** Why, as the estate says it. */
  reason: string;
}

/**
 * What holds a stage back at a time, or nothing. A window counts from its `from` up to, and without, its `until`.
 *
 * @param nowMs milliseconds since the epoch
 */
export function holdOn(windows: readonly Frozen[] | undefined, stage: string, nowMs: number): Hold | undefined {
  const own = (windows ?? []).filter(({ stages }) => stages.includes(stage));
  const [first] = own.filter((window) => covers(window, nowMs));
  if (first === undefined) return undefined;
  let until = first.until;
  for (;;) {
    const next = own.find((window) => covers(window, Date.parse(until)));
    if (next === undefined) return { until, reason: first.reason };
    until = next.until;
  }
}

const covers = ({ from, until }: Frozen, ms: number): boolean => Date.parse(from) <= ms && ms < Date.parse(until);
