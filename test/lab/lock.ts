import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { startTime } from './daemon.ts';
import { stateDir } from './paths.ts';

/** Runs something that no second process may do at the same time. A dead holder's lock counts for nothing. */
export async function withLock<T>(step: () => Promise<T>): Promise<T> {
  const file = `${stateDir()}.lock`;
  await mkdir(dirname(file), { recursive: true });
  await take(file);
  try {
    return await step();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<void> {
  const mine = `${process.pid} ${await startTime(process.pid)}`;
  const [pid, start] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
  if (pid !== undefined && pid !== '' && (await startTime(Number(pid))) === start)
    throw new Error(`the lab is being changed by process ${pid}`);
  await rm(file, { force: true });
  await writeFile(file, mine, { flag: 'wx' });
}
