import { meshError } from '../errors/index.ts';
import { Journal } from '../journal/file.ts';
import { journalPath, listRuns } from '../journal/runs.ts';
import type { MigrationPlan } from '../plans/plan.ts';
import { lockDirectory } from '../ports/lock.ts';
import { deadHolders } from './holding/dead-holders.ts';
import type { Holding } from './holding/holding.ts';
import { knownToken, type RunHome, standingRun, type Witness } from './open-run.ts';
import { holderNote } from './record-start.ts';

export interface StandingRun {
  journal: Journal;
  /** Records the holder and takes the run, once there is something to change. Called more than once, it does so once. */
  hold(): Promise<Holding>;
  close(): Promise<void>;
}

/**
 * Locks the state directory and opens the run of a plan as it stands, for what is no step of it: it gets no goal, and
 * nothing is recorded yet. Another plan of the estate may be under way: hosts of this run stay its own.
 * @throws MW1601 lock held, MW1440 no such run, MW1611 its holder lives elsewhere
 */
export async function openStanding(
  { stateDir, now }: Omit<RunHome, 'tool'>,
  plan: MigrationPlan,
  witness: Witness,
): Promise<StandingRun> {
  const lock = lockDirectory(stateDir, now);
  try {
    const recorded = await listRuns(stateDir);
    const isDead = deadHolders(recorded);
    const mine = standingRun(recorded, plan);
    if (mine === undefined) throw meshError('MW1440', { plan: plan.id, directory: stateDir });
    await witness.refuseRivals({ name: mine.run, token: knownToken(mine) }, isDead);
    const journal = await Journal.open(journalPath(stateDir, mine.run), mine.run, now);
    let held: Promise<Holding> | undefined;
    const take = async (): Promise<Holding> => {
      await journal.append(holderNote());
      return await witness.hold(journal, isDead);
    };
    const release = async (): Promise<void> => await (await held?.catch(() => undefined))?.release();
    const close = (): Promise<void> => release().finally(() => journal.close().finally(() => lock.release()));
    return { journal, hold: () => (held ??= take()), close };
  } catch (error) {
    lock.release();
    throw error;
  }
}
