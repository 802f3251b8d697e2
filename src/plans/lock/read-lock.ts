import { Document, isMap, visit } from 'yaml';
import { meshError } from '../../errors/index.ts';
import { refuseNewer } from '../../estate/format-version.ts';
import type { Hash, MigrationPlan } from '../plan.ts';
import { yamlData } from '../yaml-data.ts';
import { lockDigest } from './create-lock.ts';
import { LOCK_FORMAT, lockSchema, type PlanLock } from './lock.ts';

/** The lock as its file: what differs from one plan to the next is one line each. */
export function printLock(lock: PlanLock): string {
  const document = new Document(lock, { schema: 'core', version: '1.2', aliasDuplicateObjects: false });
  visit(document, {
    Seq(_, list) {
      // Lists of plain words on one line, and each query on one of its own.
      for (const item of list.items) if (isMap(item)) item.flow = true;
      if (!list.items.some(isMap)) list.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/**
 * Reads a lock file.
 * @throws MW1380 when it is none, MW1379 when somebody edited it, MW1376 when a newer version wrote it
 */
export function readLock(text: string, file: string, hash: Hash): PlanLock {
  const data = yamlData(text, file, 'MW1380');
  refuseNewer(data, file, 'PlanLock', LOCK_FORMAT);
  const parsed = lockSchema.safeParse(data);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw meshError('MW1380', { file, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a lock file'}` });
  }
  const actual = lockDigest(parsed.data, hash);
  if (actual !== parsed.data.digest) throw meshError('MW1379', { lock: file, expected: parsed.data.digest, actual });
  return parsed.data;
}

/** @throws MW1377 when the lock is of another plan */
export function matchLock(lock: PlanLock, lockFile: string, plan: Pick<MigrationPlan, 'digest'>, planFile: string): void {
  if (lock.plan.digest !== plan.digest)
    throw meshError('MW1377', { lock: lockFile, locked: lock.plan.digest, file: planFile, actual: plan.digest });
}

/** Whether a plan may no longer be begun. */
export const hasExpired = ({ expiresAt }: PlanLock, nowMs: number): boolean => nowMs >= Date.parse(expiresAt);
