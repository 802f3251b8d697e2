import { meshError } from '../errors/index.ts';
import { Journal, type RunJournal } from '../journal/file.ts';
import { fold } from '../journal/fold.ts';
import type { RunState } from '../journal/run-state.ts';
import { isClosed, isRunName, isUnderWay, journalPath, listRuns, type RecordedRun } from '../journal/runs.ts';
import { type MigrationPlan, stageOf } from '../plans/plan.ts';
import { randomHex } from '../ports/hash.ts';
import { lockDirectory } from '../ports/lock.ts';
import type { TakenOver } from './adopt/take-over.ts';
import type { DeadHolders } from './holding/cluster-lease.ts';
import { deadHolders } from './holding/dead-holders.ts';
import type { Holding } from './holding/holding.ts';
import { pastCommitPoint } from './commit-point.ts';
import { openedNote, recordStart } from './record-start.ts';
import type { RunGoal } from './run-goal.ts';

/** What the estate itself says of a run. */
export interface Witness {
  /** Takes a run over whose journal is lost. */
  takeOver(run: string, isDead: DeadHolders): Promise<TakenOver>;
  /** The greatest token of a holder of the run, 0 when it left nothing. */
  greatestToken(run: string): Promise<number>;
  /** Refuses while somebody else holds the estate, or has taken the run over. Changes nothing of the run. */
  refuseRivals(run: { name: string; token: number } | undefined, isDead: DeadHolders): Promise<void>;
  /** Takes the run, once its holder is on record, and shuts former holders out. */
  hold(journal: Journal, isDead: DeadHolders): Promise<Holding>;
}

export interface OpenedRun {
  journal: Journal;
  resumed: boolean;
  /** Asked before anything is done. */
  holding: Holding;
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
 * A run to adopt is taken over from the estate, and its journal begins with what was found there.
 * @throws MW1601 lock held, MW1603 another plan is under way, MW1607 nothing to roll back, MW1609 nothing was lost,
 *   MW1610 adopted elsewhere, MW1611 its holder lives elsewhere, MW1318 stages missing, MW1406 the way back goes over a commit point
 */
export async function openRun(
  home: RunHome,
  plan: MigrationPlan,
  goal: RunGoal,
  witness: Witness,
  adopt?: string,
): Promise<OpenedRun> {
  const lock = lockDirectory(home.stateDir, home.now);
  const found: Found = { closing: [() => lock.release()] };
  const close = async (): Promise<void> => {
    for (const end of found.closing.splice(0).toReversed()) await end();
  };
  try {
    const isDead = deadHolders(await listRuns(home.stateDir));
    const journal = await (adopt === undefined
      ? chosenRun(home, plan, goal, witness, isDead)
      : adoptRun(home, plan, goal, witness, isDead, adopt, found));
    found.closing.push(() => journal.close());
    const resumed = journal.entries.length > 0;
    await begin(journal, home, plan, goal);
    const holding = found.holding ?? (await witness.hold(journal, isDead));
    found.closing.push(() => holding.release());
    return { journal, resumed, holding, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is to be given back, last first, and the Leases where they were taken before there was a journal. */
interface Found {
  closing: (() => void | Promise<void>)[];
  holding?: Holding;
}

/** The run of a plan that has not gone back to its start, if there is one. */
export function standingRun(
  recorded: readonly RecordedRun[],
  { estate, digest }: MigrationPlan,
): RecordedRun | undefined {
  return recorded.findLast((run) => run.estate === estate && run.state.planDigest === digest && !isClosed(run.state));
}

/** The journal of the run that is under way, or of a new one. */
async function chosenRun(
  { stateDir, now }: RunHome,
  plan: MigrationPlan,
  goal: RunGoal,
  witness: Witness,
  isDead: DeadHolders,
): Promise<Journal> {
  const mine = chooseRun(await listRuns(stateDir), plan);
  if (!mine && goal.direction === 'back') throw meshError('MW1607', { plan: plan.id, directory: stateDir });
  refuseMissingStages(plan, goal, mine?.state);
  await witness.refuseRivals(mine && { name: mine.run, token: knownToken(mine) }, isDead);
  if (mine) await refuseAdoptedElsewhere(mine, witness);
  const run = mine?.run ?? `${plan.id}-${randomHex(3)}`;
  return await Journal.open(journalPath(stateDir, run), run, now);
}

/** What was found is in the first entry, so that no journal is ever without it: that one would begin the run anew. */
async function adoptRun(
  home: RunHome,
  plan: MigrationPlan,
  goal: RunGoal,
  { takeOver }: Witness,
  isDead: DeadHolders,
  run: string,
  found: Found,
): Promise<Journal> {
  const { stateDir, now } = home;
  const recorded = await listRuns(stateDir);
  chooseRun(recorded, plan);
  if (recorded.some((one) => one.run === run)) throw meshError('MW1609', { run, directory: stateDir });
  if (!isRunName(run)) throw meshError('MW1608', { run, estate: plan.estate });
  const { token, adopted, holding } = await takeOver(run, isDead);
  found.holding = holding;
  found.closing.push(() => holding.release());
  const journal = await Journal.open(journalPath(stateDir, run), run, now, token);
  await journal.append(openedNote(home, plan, adopted));
  refuseMissingStages(plan, goal, fold(journal.entries));
  return journal;
}

/** A newer holder than the journal knows of: what the journal says of the estate is not true any more. */
async function refuseAdoptedElsewhere(recorded: RecordedRun, witness: Witness): Promise<void> {
  const { run, path } = recorded;
  const known = knownToken(recorded);
  const found = await witness.greatestToken(run);
  if (found > known) throw meshError('MW1610', { run, file: path, known, found });
}

/** The greatest token that a journal knows. */
export const knownToken = ({ entries }: RecordedRun): number => Math.max(...entries.map(({ token }) => token));

function chooseRun(recorded: RecordedRun[], plan: MigrationPlan): RecordedRun | undefined {
  const ofEstate = recorded.filter(({ estate }) => estate === plan.estate);
  const other = ofEstate.find(({ state }) => state.planDigest !== plan.digest && isUnderWay(state));
  if (other) throw meshError('MW1603', { run: other.run, runPlan: other.state.planDigest, plan: plan.digest });
  return ofEstate.findLast(({ state }) => state.planDigest === plan.digest && !isClosed(state));
}

function refuseMissingStages(plan: MigrationPlan, { to, only }: RunGoal, state: RunState | undefined): void {
  if (only !== true || to === null) return;
  const before = plan.stages.slice(
    0,
    plan.stages.findIndex(({ id }) => id === to),
  );
  const missing = before.filter(
    ({ id, steps }) =>
      state?.gates.get(id)?.outcome !== 'pass' || steps.some((step) => state.steps.get(step.id)?.status !== 'done'),
  );
  if (missing.length > 0) throw meshError('MW1318', { stage: to, missing: missing.map(({ id }) => id).join(', ') });
}

/** Records who holds a run, and where it is to go. @throws MW1406 when the way back goes over a commit point */
export async function begin(
  journal: RunJournal,
  home: Pick<RunHome, 'tool' | 'now'>,
  plan: MigrationPlan,
  goal: RunGoal,
): Promise<void> {
  refusePastCommit(plan, goal, fold(journal.entries));
  await recordStart(journal, home, plan, goal);
}

/** Before the goal is on record: a run that is refused its way back stands where it stood. */
function refusePastCommit(plan: MigrationPlan, { direction, to }: RunGoal, state: RunState): void {
  const step = direction === 'back' ? pastCommitPoint(plan, state, to) : undefined;
  if (step) throw meshError('MW1406', { step: step.id, stage: stageOf(step), reason: step.reason });
}
