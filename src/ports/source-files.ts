import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** More than any repository of manifests has; beyond it somebody named the wrong directory. */
const MAX_FILES = 5_000;
const MAX_DEPTH = 32;
const CHUNK_BYTES = 1024 * 1024;

/** A regular file that was found under one of the paths a user named. */
export interface FoundFile {
  path: string;
  /** The user named this file itself, not a directory above it. */
  isNamed: boolean;
}

/** What lies under the paths: files in a fixed order, and what could not be looked at. */
export interface FoundFiles {
  files: FoundFile[];
  problems: { path: string; reason: string }[];
}

/** Why a file's bytes are not there; `too large` is for the caller, who set the limit, to say. */
export interface Unread {
  reason: string;
  isTooLarge: boolean;
}

interface Walk extends FoundFiles {
  seen: Set<string>;
  isWanted: (name: string) => boolean;
  isFull: boolean;
}

/**
 * Files that the user names, and those below named directories whose names `isWanted` accepts. Below a directory no
 * symbolic link is followed and nothing hidden is read; each file is found once. What cannot be read is a problem of its own.
 */
export async function findFiles(paths: readonly string[], isWanted: (name: string) => boolean): Promise<FoundFiles> {
  const walk: Walk = { files: [], problems: [], seen: new Set(), isWanted, isFull: false };
  for (const path of paths) {
    const status = await attempt(walk, path, async () => await stat(path));
    if (status?.isDirectory() === true) await walkDirectory(walk, path, status, 0);
    else if (status !== undefined) addFile(walk, path, status, true);
  }
  return { files: walk.files, problems: walk.problems };
}

async function walkDirectory(walk: Walk, directory: string, status: Stats, depth: number): Promise<void> {
  if (!isNew(walk, status)) return;
  if (depth > MAX_DEPTH) return refuse(walk, directory, `it lies more than ${MAX_DEPTH} directories deep`);
  const names = (await attempt(walk, directory, async () => await readdir(directory))) ?? [];
  for (const name of names.filter((one) => !one.startsWith('.')).sort()) {
    if (walk.isFull) return;
    const path = join(directory, name);
    const found = await attempt(walk, path, async () => await lstat(path));
    if (found?.isDirectory() === true) await walkDirectory(walk, path, found, depth + 1);
    else if (found?.isSymbolicLink() === true) refuse(walk, path, 'it is a symbolic link, and is not followed');
    else if (found !== undefined && walk.isWanted(name)) addFile(walk, path, found, false);
  }
}

function addFile(walk: Walk, path: string, status: Stats, isNamed: boolean): void {
  if (!status.isFile()) return refuse(walk, path, 'it is no regular file');
  if (!isNew(walk, status) || walk.isFull) return;
  if (walk.files.length < MAX_FILES) walk.files.push({ path, isNamed });
  else {
    walk.isFull = true;
    refuse(walk, path, `there are more than ${MAX_FILES} files; this one and those after it are left out`);
  }
}

function isNew({ seen }: Walk, { dev, ino }: Stats): boolean {
  const key = `${dev}:${ino}`;
  return !seen.has(key) && seen.add(key).has(key);
}

function refuse(walk: Walk, path: string, reason: string): void {
  walk.problems.push({ path, reason });
}

async function attempt<Result>(walk: Walk, path: string, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    refuse(walk, path, reasonOf(error));
    return undefined;
  }
}

/** A file's bytes, `maxBytes` at most, or why they cannot be had. */
export async function readFileBytes({ path, isNamed }: FoundFile, maxBytes: number): Promise<Uint8Array | Unread> {
  // A file found in a directory may have become a link or a pipe since: neither is followed nor waited for.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (isNamed ? 0 : constants.O_NOFOLLOW);
  try {
    await using file = await open(path, flags);
    const { size } = await file.stat();
    const tooLarge = { reason: `it has more than ${maxBytes} bytes`, isTooLarge: true };
    if (size > maxBytes) return tooLarge;
    const bytes = await readAtMost(file, Math.min(maxBytes + 1, size + CHUNK_BYTES));
    return bytes.length > maxBytes ? tooLarge : bytes;
  } catch (error) {
    return { reason: reasonOf(error), isTooLarge: false };
  }
}

/** A file may grow while it is read, and some say that they are empty: what is read counts, not what was said. */
async function readAtMost(file: FileHandle, limit: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(limit);
  let length = 0;
  for (let read = -1; read !== 0 && length < limit;) {
    ({ bytesRead: read } = await file.read(buffer, length, limit - length));
    length += read;
  }
  return buffer.subarray(0, length);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission is denied',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENXIO: 'it is no regular file',
};

function reasonOf(error: unknown): string {
  const { code = '' } = error as { code?: string };
  return reasons[code] ?? (code === '' ? 'it cannot be read' : `it cannot be read (${code})`);
}
