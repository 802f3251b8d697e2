import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { places } from '../paths.ts';

const goFile = (): string => join(places.counts(), 'GO');

/** Makes the directory that the shop's programs, in pods and on virtual machines, write their counts to. */
export async function ensureCounts(): Promise<void> {
  await mkdir(places.counts(), { recursive: true });
  await chmod(places.counts(), 0o1777);
}

/** Lets every caller of the shop start its load. */
export async function startLoad(): Promise<void> {
  await writeFile(goFile(), '');
}

/** Lets every caller of the shop end its load. */
export async function stopLoad(): Promise<void> {
  await rm(goFile(), { force: true });
}

/** Forgets what was counted, and the load with it. */
export async function clearCounts(): Promise<void> {
  await stopLoad();
  for (const name of await readdir(places.counts()))
    await rm(join(places.counts(), name), { recursive: true, force: true });
}
