import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { meshError } from '../errors/mesh-error.ts';

/** A lock that the operating system takes back when its holder dies, however it dies. */
export interface Lock {
  release(): void;
}

/** Held locks. Out of reach of the garbage collector, which would close the database and so give the lock away. */
const held = new Set<DatabaseSync>();

/**
 * Locks a directory for this process. SQLite's exclusive mode is an advisory file lock on every system Node runs on;
 * nothing is stored in the file (see docs/decisions/0010-run-lock.md).
 * @throws MW1601 when another process holds it
 */
export function lockDirectory(directory: string, now: () => number): Lock {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  // Long enough for those who only look whether it is held.
  const database = new DatabaseSync(join(directory, 'lock'), { timeout: 100 });
  const holder = join(directory, 'holder.json');
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch (error) {
    database.close();
    throw meshError('MW1601', describeHolder(holder), { cause: error });
  }
  writeFileSync(holder, JSON.stringify({ pid: process.pid, host: hostname(), since: new Date(now()).toISOString() }), {
    mode: 0o600,
  });
  held.add(database);
  return {
    release: () => {
      held.delete(database);
      database.close();
    },
  };
}

/** Whether a process holds the directory's lock right now. */
export function isHeld(directory: string): boolean {
  if (!existsSync(join(directory, 'lock'))) return false;
  const database = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE; ROLLBACK;');
    return false;
  } catch {
    return true;
  } finally {
    database.close();
  }
}

function describeHolder(path: string): { holder: string; since: string } {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    return { holder: `process ${String(pid)} on ${String(host)}`, since: String(since) };
  } catch {
    return { holder: 'another process', since: 'a moment' };
  }
}
