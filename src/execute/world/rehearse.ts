import { ExitCode, isMeshError, type MeshError } from '../../errors/index.ts';
import type { Estate } from '../../estate/schema.ts';
import type { Inventory } from '../../inventory/schema.ts';
import { totalExpected } from '../../plans/duration.ts';
import { fold } from '../../journal/fold.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import type { RunEvent } from '../events.ts';
import { execute } from '../local-executor.ts';
import { begin } from '../open-run.ts';
import type { RunGoal } from '../run-goal.ts';
import { Dice } from './dice.ts';
import { factsOf } from './facts.ts';
import type { Fault } from './fault.ts';
import { MemoryJournal } from './memory-journal.ts';
import { modelTarget } from './model-target.ts';
import { EstateModel, Killed } from './model.ts';
import { type TrafficRecord, TrafficRecorder } from './record.ts';
import { loadFaults } from './strike.ts';

/** How soon after its end the process is started again, in milliseconds. */
const BACK_MS = 30_000;

export interface RehearsalRequest {
  plan: MigrationPlan;
  estate: Estate;
  inventory: Inventory;
  faults: readonly Fault[];
  seed: number;
  goal: RunGoal;
  /** When it begins, in milliseconds since the epoch; freezes of the plan count from there. */
  startMs: number;
  tool: string;
}

/** One thing that happened, and when: milliseconds since the rehearsal began. */
export type TimelineEntry = { atMs: number } & (
  RunEvent | { event: 'fault'; what: string } | { event: 'killed' } | { event: 'started-again' }
);

/** What a real run of the plan would do, as far as the model is like the estate. */
export interface Rehearsal {
  plan: string;
  seed: number;
  faults: string[];
  /** Where it ended: the goal, or what it stopped at, and the exit status of a real run. */
  end: {
    exit: ExitCode;
    goal?: string;
    stopped?: { code: string; title: string; message: string; fix: string; at: string };
  };
  /** Milliseconds from its first step to its end, and what the plan expects. */
  tookMs: number;
  expectedMs: number;
  /** Stages of the plan that are done, of how many. */
  stages: { done: number; of: number };
  /** Times in milliseconds since the beginning. */
  traffic: TrafficRecord;
  timeline: TimelineEntry[];
}

/** Carries a plan out in a model of its estate: the same decisions, steps and gates as a real run, in virtual time. */
export async function rehearse(request: RehearsalRequest): Promise<Rehearsal> {
  const { plan, estate, inventory, seed, startMs } = request;
  const facts = factsOf(estate, inventory);
  const model = new EstateModel(facts, startMs);
  const recorder = new TrafficRecorder(model.state.hosts);
  model.onMoment = recorder.take;
  const timeline: TimelineEntry[] = [];
  const tell = (event: DistributedEvent): void => void timeline.push({ atMs: model.nowMs - startMs, ...event });
  loadFaults({ model, plan, dice: new Dice(seed), struck: (what) => tell({ event: 'fault', what }) }, request.faults);
  const end = await runUntilItStands(model, request, tell);
  model.flush();
  return {
    ...{ plan: plan.id, seed, faults: request.faults.map(({ kind }) => kind), end, tookMs: model.nowMs - startMs },
    expectedMs: totalExpected(plan.stages).seconds * 1000,
    stages: { done: doneStages(plan, timeline), of: plan.stages.length },
    traffic: sinceStart(recorder.record, startMs),
    timeline,
  };
}

type DistributedEvent = TimelineEntry extends infer T ? (T extends unknown ? Omit<T, 'atMs'> : never) : never;

/** One process after the other, until one ends by itself. */
async function runUntilItStands(
  model: EstateModel,
  request: RehearsalRequest,
  tell: (event: DistributedEvent) => void,
): Promise<Rehearsal['end']> {
  const run = `${request.plan.id}-rehearsal`;
  for (let journal = new MemoryJournal(model, run); ; journal = new MemoryJournal(model, run, journal)) {
    try {
      return { exit: ExitCode.done, goal: await runOnce(model, request, journal, tell) };
    } catch (error) {
      if (error instanceof Killed) {
        model.killAt = Number.POSITIVE_INFINITY;
        tell({ event: 'killed' });
        model.pass(BACK_MS);
        tell({ event: 'started-again' });
        continue;
      }
      if (!isMeshError(error)) throw error;
      return { exit: error.exit, stopped: stoppedBy(error, journal) };
    }
  }
}

/** The life of one process: it opens the run and carries on. @throws Killed */
export async function runOnce(
  model: EstateModel,
  { plan, goal, tool }: Pick<RehearsalRequest, 'plan' | 'goal' | 'tool'>,
  journal: MemoryJournal,
  watch: (event: RunEvent) => void,
): Promise<string> {
  await begin(journal, { tool, now: model.clock.now }, plan, goal);
  const target = modelTarget(model);
  return await execute({ plan, journal, target, watch, interrupt: new AbortController().signal, waiting: model.clock });
}

function stoppedBy(error: MeshError, { entries }: MemoryJournal): NonNullable<Rehearsal['end']['stopped']> {
  const { goal } = fold(entries);
  const last = entries.findLast((entry) => entry.type === 'result' || entry.type === 'gate' || entry.type === 'intent');
  const at = goal?.because ?? (last === undefined ? 'the start' : last.type === 'gate' ? last.of : last.step);
  return { code: error.code, title: error.title, message: error.causeText, fix: error.fixText, at };
}

function doneStages({ stages }: MigrationPlan, timeline: readonly TimelineEntry[]): number {
  const passed = new Set<string>();
  for (const entry of timeline) {
    if (entry.event === 'gate.asked' && entry.outcome === 'pass') passed.add(entry.of);
    if (entry.event === 'step.started' && entry.direction === 'revert') passed.delete(entry.stage);
  }
  return stages.filter(({ id }) => passed.has(id)).length;
}

function sinceStart(record: TrafficRecord, startMs: number): TrafficRecord {
  const { serving, surviving, exposure } = record;
  const since = (atMs: number): number => Math.max(0, atMs - startMs);
  return {
    ...record,
    serving: { ...serving, atMs: since(serving.atMs) },
    surviving: surviving && { ...surviving, atMs: since(surviving.atMs) },
    exposure: { ...exposure, atMs: since(exposure.atMs) },
  };
}
