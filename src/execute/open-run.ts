import { hostname } from 'node:os';
import { meshError } from '../errors/index.ts';
import { FORMAT } from '../journal/chain.ts';
import { Journal, type RunJournal } from '../journal/file.ts';
import type { Adopted, EntryBody } from '../journal/entry.ts';
import { fold } from '../journal/fold.ts';
import type { RunState } from '../journal/run-state.ts';
import { isClosed, isRunName, isUnderWay, journalPath, listRuns, type RecordedRun } from '../journal/runs.ts';
import { type MigrationPlan, stageOf } from '../plans/plan.ts';
import { randomHex } from '../ports/hash.ts';
import { lockDirectory } from '../ports/lock.ts';
import type { TakenOver } from './adopt/take-over.ts';
import { advance } from './advance.ts';
import type { DeadHolders } from './holding/cluster-lease.ts';
import { deadHolders } from './holding/dead-holders.ts';
import type { Holding } from './holding/holding.ts';
import { committedAfter, pastCommitPoint } from './commit-point.ts';

export interface RunGoal {
  direction: 'forward' | 'back';
  /** The last stage to be done (forward) or to stay (back); null is the end or the start. */
  to: string | null;
  /** Refuse unless every stage before `to` is done. */
  only?: boolean;
  /** On the way forward: steps that cannot be undone may be done. */
  commit?: boolean;
  /** On the way forward: how long the run waits, and watches, where it would else end and want a person or time. */
  waitMs?: number | undefined;
}

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

function openedNote(
  { tool }: Pick<RunHome, 'tool'>,
  { id, digest, estate }: MigrationPlan,
  adopted?: Adopted,
): EntryBody {
  return {
    type: 'note',
    note: { about: 'opened', format: FORMAT, plan: id, planDigest: digest, estate, tool, ...(adopted && { adopted }) },
  };
}

/** Says who holds the run, and so which token is this holder's: before anything carries it. */
export const holderNote = (): EntryBody => ({
  type: 'note',
  note: { about: 'holder', pid: process.pid, host: hostname() },
});

const willRetreat = (plan: MigrationPlan, { entries }: RunJournal, nowMs: number): boolean =>
  advance(plan, fold(entries), nowMs)[0]?.do === 'retreat';

async function recordStart(
  journal: RunJournal,
  home: Pick<RunHome, 'tool' | 'now'>,
  plan: MigrationPlan,
  { direction, to, commit, waitMs }: RunGoal,
): Promise<void> {
  if (journal.entries.length === 0) await journal.append(openedNote(home, plan));
  await journal.append(holderNote());
  const state = fold(journal.entries);
  const { goal, finished } = state;
  const isRetreating = goal?.because !== undefined && (finished?.seq ?? 0) < goal.seq;
  // One whose way is barred has begun nothing and never can: what it was to take back is finished.
  if (isRetreating && direction === 'forward' && !committedAfter(plan, state, goal.to)) {
    // Said anew, so that a step of it which failed is tried again.
    const { to: back, because, abort } = goal;
    await journal.append({
      type: 'note',
      note: { about: 'goal', direction: 'back', to: back, because, ...(abort && { abort }) },
    });
    return;
  }
  // A gate that failed just before the process ended has decided: its stage goes back before anything goes forward.
  if (direction === 'forward' && willRetreat(plan, journal, home.now())) return;
  const isCommit = direction === 'forward' && commit === true;
  const holds = direction === 'forward' && waitMs !== undefined;
  await journal.append({
    type: 'note',
    note: {
      about: 'goal',
      direction,
      to,
      ...(isCommit && { commit: true }),
      ...(holds && { holdUntil: new Date(home.now() + waitMs).toISOString() }),
    },
  });
}
