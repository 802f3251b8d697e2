import fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import promises from 'node:fs/promises';
import { basename } from 'node:path';
import type { Counter } from './counter.ts';

const state = { writes: 0 };

/** Hooks what is written and synced below the state directory. */
export function hookFiles(counter: Counter, stateDir: string): void {
  const isOurs = (path: unknown): path is string => typeof path === 'string' && path.startsWith(stateDir);
  const { open, mkdir } = promises;
  promises.open = async (path, flags, mode) => {
    if (!isOurs(path)) return await open(path, flags, mode);
    const isNew = flags === 'a+' && !fs.existsSync(path);
    if (isNew) counter.failing(`create ${basename(path)}`);
    if (isNew) counter.before(`create ${basename(path)}`);
    const handle = await open(path, flags, mode);
    if (isNew) counter.after(`create ${basename(path)}`);
    return hookHandle(counter, handle, flags === 'a+' ? basename(path) : 'directory');
  };
  const make = async (path: fs.PathLike, options?: fs.MakeDirectoryOptions): Promise<string | undefined> => {
    const isNew = isOurs(path) && !fs.existsSync(path);
    if (!isNew) return await mkdir(path, options);
    counter.failing('mkdir');
    counter.before('mkdir');
    const made = await mkdir(path, options);
    counter.after('mkdir');
    return made;
  };
  promises.mkdir = make as typeof promises.mkdir;
  hookHolder(counter, isOurs);
}

/** The lock's record of its holder is written at once, in no thread. */
function hookHolder(counter: Counter, isOurs: (path: unknown) => boolean): void {
  const { writeFileSync } = fs;
  fs.writeFileSync = (path, data, options) => {
    if (isOurs(path)) counter.before('write holder');
    writeFileSync(path, data, options);
    if (isOurs(path)) counter.after('write holder');
  };
}

function hookHandle(counter: Counter, handle: FileHandle, of: string): FileHandle {
  const sync = handle.sync.bind(handle);
  handle.sync = async () => {
    counter.failing(`sync ${of}`);
    await sync();
  };
  if (of === 'directory') return handle;
  const truncate = handle.truncate.bind(handle);
  const datasync = handle.datasync.bind(handle);
  handle.truncate = async (length) => {
    counter.failing('truncate');
    await truncate(length);
  };
  handle.datasync = async () => {
    counter.failing('datasync');
    await datasync();
    counter.after('datasync');
  };
  hookAppend(counter, handle);
  return handle;
}

function hookAppend(counter: Counter, handle: FileHandle): void {
  const append = handle.appendFile.bind(handle);
  handle.appendFile = async (data, options) => {
    const text = Buffer.from(data as string | Uint8Array).toString('utf8');
    const what = describe(text);
    state.writes += 1;
    const torn = counter.torn(text, state.writes);
    if (torn !== undefined) {
      await append(torn);
      counter.die(`torn after ${torn.length} of ${text.length} bytes: ${what}`);
    }
    counter.failing(`write ${what}`);
    counter.before(`write ${what}`);
    await append(data, options);
    counter.context = what;
    counter.during(`write ${what}`);
  };
}

/** What a line of the journal says, without what differs from run to run. */
function describe(line: string): string {
  const { type, step, direction, outcome, of, note } = JSON.parse(line) as Record<string, unknown>;
  const about = note as Record<string, unknown> | undefined;
  const words = [
    type,
    step,
    direction,
    of,
    outcome,
    about?.['about'],
    about?.['direction'],
    about?.['step'],
    about?.['of'],
  ];
  return words.filter((word) => typeof word === 'string').join(' ');
}
