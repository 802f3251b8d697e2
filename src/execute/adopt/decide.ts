import type { Adopted } from '../../journal/entry.ts';
import type { Operation } from '../../plans/operation.ts';
import type { MigrationPlan, Stage, Step } from '../../plans/plan.ts';
import type { ProbeResult } from '../handler.ts';
import { nameOf, refOf } from '../operations/kube/ownership.ts';

/** What the estate shows of one step of a plan, asked operation by operation. */
export interface StepTrace {
  /** The answers of the step's operations, in their order. */
  states: ProbeResult['state'][];
  /** Something of this step is there that only the run itself can have made. */
  isMarked: boolean;
}

/**
 * Whether an operation leaves anything that tells that it ran. What takes away leaves a host or cluster as it was before
 * anything began, and what a person does may have been so from the first.
 */
export function leavesMark(operation: Operation): boolean {
  if ('want' in operation) return operation.want === 'running' || operation.want === 'quiet';
  return !MARKLESS.has(operation.op);
}

const MARKLESS: ReadonlySet<Operation['op']> = new Set([
  'host.recycle',
  'host.uncapture',
  'host.drain',
  'host.remove',
  'kube.delete',
  'kube.unset',
  'manual',
]);

/**
 * What a lost journal must have said, from what the estate shows. Steps run one after the other, so the last one with
 * a mark was begun, and all before it were done: those that still look so are taken as done, the others are asked
 * again in their order, and put right. What followed may have been begun too, up to the next step that leaves a mark.
 * A gate counts as passed where a later step was begun.
 */
export function adoptedState(plan: MigrationPlan, traces: readonly StepTrace[]): Adopted {
  const steps = plan.stages.flatMap((stage) => stage.steps);
  const last = traces.findLastIndex(({ isMarked }) => isMarked);
  const next = steps.findIndex(({ apply }, at) => at > last && apply.some(leavesMark));
  const begun = steps.slice(0, next === -1 ? steps.length : next + 1);
  const isDone = (_step: Step, at: number): boolean =>
    at < last && looksDone(steps, at, { last, end: begun.length }, traces[at]);
  return {
    done: begun.filter(isDone).map(named),
    unknown: begun.filter((step, at) => !isDone(step, at)).map(named),
    gates: last === -1 ? [] : plan.stages.flatMap((stage) => gatesBefore(stage, steps, last, isDone)),
  };
}

const named = ({ id, hash }: Step): { step: string; stepHash: string } => ({ step: id, stepHash: hash });

/**
 * Done, or overwritten by a later step: up to the last, a route's weights have many values, one after the other; and
 * who leaves the mesh takes back what the join did, which leaves no mark and so may have been begun after the last.
 */
function looksDone(steps: readonly Step[], at: number, { last, end }: Reach, trace: StepTrace | undefined): boolean {
  const written = operationsOf(steps.slice(at + 1, last + 1));
  const begun = operationsOf(steps.slice(at + 1, end));
  return (steps[at]?.apply ?? []).every((operation, index) => {
    const state = trace?.states[index];
    if (state === 'done') return true;
    if (state === 'foreign') return false;
    return written.some((other) => overwrites(other, operation)) || begun.some((other) => takesBack(other, operation));
  });
}

/** The last step with a mark, and the first that cannot have been begun. */
interface Reach {
  last: number;
  end: number;
}

const operationsOf = (steps: readonly Step[]): Operation[] => steps.flatMap(({ apply }) => apply);

function overwrites(later: Operation, earlier: Operation): boolean {
  const written =
    earlier.op === 'kube.create' ? refOf(earlier.manifest) : earlier.op === 'route.weights' && earlier.ref;
  return later.op === 'route.weights' && written !== false && nameOf(written) === nameOf(later.ref);
}

/** Leaving, on the same host. */
function takesBack(later: Operation, earlier: Operation): boolean {
  if (!('host' in later) || !('host' in earlier) || later.host !== earlier.host) return false;
  if (later.op === 'host.uncapture') return earlier.op === 'host.capture';
  return later.op === 'host.remove' && ['host.install', 'host.files', 'host.unit'].includes(earlier.op);
}

/** The gates of a stage that a later step proves passed: its rungs', and its own when all of it is done. */
function gatesBefore(
  { id, steps }: Stage,
  all: readonly Step[],
  last: number,
  isDone: (step: Step, at: number) => boolean,
): string[] {
  const passed = steps.filter((step) => isDone(step, all.indexOf(step)));
  const rungs = passed.filter(({ gate }) => gate !== undefined).map((step) => step.id);
  const end = steps.at(-1);
  const isOver = end !== undefined && all.indexOf(end) < last && passed.length === steps.length;
  return isOver ? [...rungs, id] : rungs;
}
