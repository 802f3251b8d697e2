import { hostname } from 'node:os';
import { meshError } from '../errors/index.ts';
import { Journal } from '../journal/file.ts';
import { fold } from '../journal/fold.ts';
import { isClosed, isUnderWay, journalPath, listRuns, type RecordedRun } from '../journal/runs.ts';
import type { MigrationPlan } from '../plans/plan.ts';
import { randomHex } from '../ports/hash.ts';
import { type Lock, lockDirectory } from '../ports/lock.ts';

export interface RunGoal {
  direction: 'forward' | 'back';
  /** The last stage to be done (forward) or to stay (back); null is the end or the start. */
  to: string | null;
  /** Refuse unless every stage before `to` is done. */
  only?: boolean;
}

export interface OpenedRun {
  journal: Journal;
  resumed: boolean;
  close(): Promise<void>;
}

export interface RunHome {
  stateDir: string;
  tool: string;
  now: () => number;
}

/**
 * Locks the state directory and opens the plan's run: the one that is under way, or a new one. Records who holds it
 * and where it is to go. A retreat from a failed gate that was interrupted is finished before anything goes forward.
 * @throws MW1601 lock held, MW1603 another plan is under way, MW1607 nothing to roll back, MW1318 stages missing
 */
export async function openRun(home: RunHome, plan: MigrationPlan, goal: RunGoal): Promise<OpenedRun> {
  const lock = lockDirectory(home.stateDir, home.now);
  try {
    return await openLocked(home, plan, goal, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openLocked(home: RunHome, plan: MigrationPlan, goal: RunGoal, lock: Lock): Promise<OpenedRun> {
  const recorded = await listRuns(home.stateDir);
  const mine = chooseRun(recorded, plan);
  if (!mine && goal.direction === 'back') throw meshError('MW1607', { plan: plan.id, directory: home.stateDir });
  refuseMissingStages(plan, goal, mine);
  const run = mine?.run ?? `${plan.id}-${randomHex(3)}`;
  const journal = await Journal.open(journalPath(home.stateDir, run), run, home.now);
  await recordStart(journal, home, plan, goal);
  const close = async (): Promise<void> => {
    await journal.close();
    lock.release();
  };
  return { journal, resumed: mine !== undefined, close };
}

function chooseRun(recorded: RecordedRun[], plan: MigrationPlan): RecordedRun | undefined {
  const ofEstate = recorded.filter(({ estate }) => estate === plan.estate);
  const other = ofEstate.find(({ state }) => state.planDigest !== plan.digest && isUnderWay(state));
  if (other) throw meshError('MW1603', { run: other.run, runPlan: other.state.planDigest, plan: plan.digest });
  return ofEstate.findLast(({ state }) => state.planDigest === plan.digest && !isClosed(state));
}

function refuseMissingStages(plan: MigrationPlan, { to, only }: RunGoal, mine: RecordedRun | undefined): void {
  if (only !== true || to === null) return;
  const before = plan.stages.slice(
    0,
    plan.stages.findIndex(({ id }) => id === to),
  );
  const missing = before.filter(
    ({ id, steps }) =>
      mine?.state.gates.get(id)?.outcome !== 'pass' ||
      steps.some((step) => mine.state.steps.get(step.id)?.status !== 'done'),
  );
  if (missing.length > 0) throw meshError('MW1318', { stage: to, missing: missing.map(({ id }) => id).join(', ') });
}

async function recordStart(
  journal: Journal,
  { tool }: RunHome,
  plan: MigrationPlan,
  { direction, to }: RunGoal,
): Promise<void> {
  const { id, digest, estate } = plan;
  if (journal.entries.length === 0)
    await journal.append({
      type: 'note',
      note: { about: 'opened', format: 1, plan: id, planDigest: digest, estate, tool },
    });
  await journal.append({ type: 'note', note: { about: 'holder', pid: process.pid, host: hostname() } });
  const { goal, finished } = fold(journal.entries);
  const isRetreating = goal?.because !== undefined && (finished?.seq ?? 0) < goal.seq;
  if (isRetreating && direction === 'forward') {
    // Said anew, so that a step of it which failed is tried again.
    const { to: back, because } = goal;
    await journal.append({ type: 'note', note: { about: 'goal', direction: 'back', to: back, because } });
    return;
  }
  await journal.append({ type: 'note', note: { about: 'goal', direction, to } });
}
