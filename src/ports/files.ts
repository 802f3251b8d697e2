import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { meshError } from '../errors/mesh-error.ts';

/** Room for a control socket's own name below the limit of a socket path (104 bytes on macOS, 108 on Linux). */
const MAX_SOCKET_DIRECTORY = 70;

/** Reads a text file of at most `maxBytes`; larger, missing and unreadable files are coded errors. */
export async function readTextFile(path: string, maxBytes: number): Promise<string> {
  const { size } = await stat(path).catch((error: unknown) => unreadable(path, error));
  if (size > maxBytes) throw meshError('MW1015', { file: path, size, limit: maxBytes });
  const chunks = await Array.fromAsync(readChunks(path, maxBytes)).catch((error: unknown) => unreadable(path, error));
  return Buffer.concat(chunks).toString('utf8');
}

/** Whether there is something at a path: false only where there surely is not. */
export async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    (error: { code?: string }) => error.code !== 'ENOENT',
  );
}

/** A file's bytes as they come, at most `maxBytes` of them. */
export function readChunks(path: string, maxBytes = Number.MAX_SAFE_INTEGER): AsyncIterable<Uint8Array> {
  return createReadStream(path, { end: maxBytes - 1 });
}

/** Replaces a file as a whole: readers see the old or the new one, also after a power cut. */
export async function writeFileAtomically(path: string, text: string, mode = 0o644): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeAndSync(temporary, text, mode);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw meshError('MW1016', { file: path, reason: reasonOf(error) }, { cause: error });
  }
}

/** Adds lines to a file, which is created with `mode` when it is not there. */
export async function appendLines(path: string, lines: readonly string[], mode = 0o644): Promise<void> {
  await appendFile(path, lines.map((line) => `${line}\n`).join(''), { mode }).catch((error: unknown) => {
    throw meshError('MW1016', { file: path, reason: reasonOf(error) }, { cause: error });
  });
}

/** A new directory that only this user may enter, with a path short enough for sockets in it. */
export async function makePrivateDirectory(): Promise<string> {
  const base = tmpdir().length > MAX_SOCKET_DIRECTORY ? '/tmp' : tmpdir();
  return await mkdtemp(join(base, 'mesh-'));
}

/** Removes a file of ours; one that is not there is no error. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Removes a directory of ours with what is in it. */
export async function removeDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

async function writeAndSync(path: string, text: string, mode: number): Promise<void> {
  await using file: FileHandle = await open(path, 'wx', mode);
  await file.chmod(mode);
  await file.writeFile(text);
  await file.datasync();
}

async function syncDirectory(path: string): Promise<void> {
  await using directory: FileHandle = await open(path, 'r');
  await directory.sync();
}

function unreadable(path: string, error: unknown): never {
  throw meshError('MW1010', { file: path, reason: reasonOf(error) }, { cause: error });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
