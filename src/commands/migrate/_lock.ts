import { isMeshError, meshError } from '../../errors/index.ts';
import { standingRun } from '../../execute/open-run.ts';
import { listRuns } from '../../journal/runs.ts';
import { lockFileOf, type PlanLock } from '../../plans/lock/lock.ts';
import { hasExpired, matchLock, readLock } from '../../plans/lock/read-lock.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { isThere, readTextFile } from '../../ports/files.ts';
import { sha256Digest } from '../../ports/hash.ts';

const LOCK_LIMIT = 64 * 1024 * 1024;

/** The lock file beside a plan, which must be the plan's own; nothing where there is none. @throws MW1376, MW1377, MW1379, MW1380 */
export async function loadLock(planFile: string, plan: MigrationPlan): Promise<PlanLock | undefined> {
  const file = lockFileOf(planFile);
  if (!(await isThere(file))) return undefined;
  const text = await readTextFile(file, LOCK_LIMIT).catch((error: unknown) => {
    throw isMeshError(error, 'MW1010')
      ? meshError('MW1380', { file, reason: String(error.args['reason'] ?? 'it cannot be read') })
      : error;
  });
  const lock = readLock(text, file, sha256Digest);
  matchLock(lock, file, plan, planFile);
  return lock;
}

export interface LockCheck {
  stateDir: string;
  /** A run that exists elsewhere is carried on with. */
  isAdopting: boolean;
  /** The version of meshway that runs. */
  tool: string;
  nowMs: number;
  note: (text: string) => void;
}

/**
 * Before apply does anything: the lock is the plan's own, and the plan has not expired. A run that has begun goes on
 * after that day too, for what is half done must be able to end; what else a reader should know is a note.
 * @throws MW1375 for a plan that has expired before its run began, and what {@link loadLock} throws
 */
export async function checkLock(planFile: string, plan: MigrationPlan, check: LockCheck): Promise<void> {
  const { stateDir, isAdopting, tool, nowMs, note } = check;
  const lock = await loadLock(planFile, plan);
  const say = (error: Error & { code: string; causeText: string; fixText: string }): void =>
    note(`${error.code} ${error.causeText} ${error.fixText}`);
  if (!lock) return say(meshError('MW1378', { lock: lockFileOf(planFile), file: planFile }));
  if (lock.made.meshway !== tool) say(meshError('MW1381', { file: planFile, made: lock.made.meshway, running: tool }));
  if (!hasExpired(lock, nowMs)) return;
  const expired = meshError('MW1375', { file: planFile, created: lock.createdAt, expires: lock.expiresAt });
  // A run that a freeze, say, held back before its first step changed nothing yet.
  const standing = standingRun(await listRuns(stateDir), plan);
  const hasBegun = isAdopting || (standing !== undefined && standing.state.steps.size > 0);
  if (!hasBegun) throw expired;
  note(`${expired.code} ${expired.causeText} Its run has begun, and goes on.`);
}
