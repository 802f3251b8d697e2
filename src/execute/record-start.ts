import { hostname } from 'node:os';
import { FORMAT } from '../journal/chain.ts';
import type { Adopted, EntryBody } from '../journal/entry.ts';
import type { RunJournal } from '../journal/file.ts';
import { fold } from '../journal/fold.ts';
import type { MigrationPlan } from '../plans/plan.ts';
import { advance } from './advance.ts';
import { committedAfter } from './commit-point.ts';
import type { RunGoal } from './run-goal.ts';

/** The version that writes, and its clock in milliseconds since the epoch. */
interface Recorder {
  tool: string;
  now(): number;
}

/** The first line of a journal. */
export function openedNote(
  { tool }: Pick<Recorder, 'tool'>,
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

/** Says in the journal who holds the run and where it is to go; a retreat that was under way is finished first. */
export async function recordStart(
  journal: RunJournal,
  home: Recorder,
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
