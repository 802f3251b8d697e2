import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../ports/directories.ts';
import { readTextFile, removeFile, writeFileAtomically } from '../ports/files.ts';
import { type Request, requestSchema } from './request.ts';
import type { RequestBox } from './request.ts';

/** A request is a few lines: what is longer was not written by us. */
const MAX_BYTES = 64 * 1024;

/** The box of one plan in a state directory: bound to its digest, so that a request never reaches another plan. */
export function requestBox(stateDir: string, plan: { id: string; digest: string }): RequestBox {
  const directory = join(
    stateDir,
    'requests',
    `${plan.id}-${plan.digest.slice('sha256:'.length, 'sha256:'.length + 16)}`,
  );
  return {
    waiting: () => waiting(directory),
    put: async (request) => {
      await makeDirectory(directory);
      await writeFileAtomically(join(directory, `${request.id}.json`), `${JSON.stringify(request)}\n`, 0o600);
    },
    remove: (id) => removeFile(join(directory, `${id}.json`)),
  };
}

/** A new request's id: they sort by the time they were made. @param nowMs milliseconds since the epoch */
export const requestId = (nowMs: number): string => `${String(nowMs).padStart(15, '0')}-${randomUUID().slice(0, 8)}`;

async function waiting(directory: string): Promise<Request[]> {
  const names = await readdir(directory).catch((error: unknown): string[] => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const read = names.filter((name) => /^[0-9a-f-]+\.json$/.test(name)).toSorted();
  const found = await Promise.all(read.map((name) => readRequest(join(directory, name), name)));
  return found.filter((request) => request !== undefined);
}

/** Nothing for what is no request: somebody wrote it by hand, and it stays where it is. */
async function readRequest(path: string, name: string): Promise<Request | undefined> {
  const text = await readTextFile(path, MAX_BYTES).catch(() => '');
  const read = requestSchema.safeParse(parseJson(text));
  return read.success && `${read.data.id}.json` === name ? read.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
