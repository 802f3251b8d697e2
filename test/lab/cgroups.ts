import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cgroupName } from './paths.ts';
import { waitFor } from './progress.ts';

const mount = '/sys/fs/cgroup';

/** The hierarchy whose membership says what belongs to the lab: nothing in it leaves its group by itself. */
export const markingHierarchy = join(mount, 'freezer');

async function hierarchies(): Promise<string[]> {
  const names = await readdir(mount);
  return names.map((name) => join(mount, name));
}

/**
 * The lab's weight for the processors. Without it all of the lab together would be given as much as any one process beside it:
 * on a busy machine its requests would wait for seconds, and be lost by nobody's fault. It needs less than one processor.
 */
const CPU_SHARES = 65_536;

/** Makes a group of the lab in every hierarchy. */
export async function makeCgroup(group: string): Promise<void> {
  for (const hierarchy of await hierarchies()) {
    await makeOne(hierarchy, cgroupName());
    await makeOne(hierarchy, join(cgroupName(), group));
    const shares = join(hierarchy, cgroupName(), 'cpu.shares');
    if (existsSync(shares)) await writeFile(shares, String(CPU_SHARES));
  }
}

async function makeOne(hierarchy: string, group: string): Promise<void> {
  const dir = join(hierarchy, group);
  await mkdir(dir, { recursive: true });
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if (!existsSync(join(dir, file))) continue;
    if ((await readFile(join(dir, file), 'utf8')).trim() === '')
      await writeFile(join(dir, file), await readFile(join(dir, '..', file), 'utf8'));
  }
}

/** Processes in a group of the lab (all of the lab, when none is named), also in groups below it. */
export async function cgroupPids(group = '.'): Promise<number[]> {
  const top = join(markingHierarchy, cgroupName(), group);
  const pids = await Promise.all(
    (await groupsBelow(top)).map((dir) => readFile(join(dir, 'cgroup.procs'), 'utf8').catch(() => '')),
  );
  return pids
    .join('\n')
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

async function groupsBelow(top: string): Promise<string[]> {
  if (!existsSync(top)) return [];
  const entries = await readdir(top, { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map((entry) => groupsBelow(join(top, entry.name))),
  );
  return [...below.flat(), top];
}

/** Kills every process of a group, also those that are born meanwhile. */
export async function killCgroup(group = '.'): Promise<void> {
  await waitFor(
    `end of all processes in ${group}`,
    30_000,
    async () => {
      const pids = await cgroupPids(group);
      for (const pid of pids) signal(pid);
      return pids.length === 0;
    },
    50,
  );
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Directories of a group of the lab (all of them, when none is named), in all hierarchies, deepest first. */
export async function cgroupDirs(group = '.'): Promise<string[]> {
  return (await Promise.all((await hierarchies()).map((dir) => groupsBelow(join(dir, cgroupName(), group))))).flat();
}

/** Removes a group of the lab, or all of them. They must be empty. */
export async function removeCgroups(group = '.'): Promise<void> {
  for (const dir of await cgroupDirs(group)) await rmdir(dir).catch(() => undefined);
}
