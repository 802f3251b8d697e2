import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { makeCgroup } from './cgroups.ts';
import { readIfThere } from './files.ts';
import { cgroupName, logFile, state } from './paths.ts';
import { waitFor } from './progress.ts';

/** A program that the lab keeps running. */
export interface Daemon {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** Group to start it in, below the lab's own. */
  readonly cgroup?: string;
  ready(): Promise<boolean>;
  readonly readyTimeoutMs?: number;
}

/** Who runs: a process id and when it started, which no later process shares. */
interface ProcessRecord {
  readonly pid: number;
  readonly startTime: string;
}

/**
 * Joins the groups and writes down pid and start time before it becomes the program:
 * so nothing ever runs that is not on record.
 */
const launcher = `
group=$1 record=$2; shift 2
for dir in /sys/fs/cgroup/*/"$group"; do echo $$ > "$dir/cgroup.procs" || exit 1; done
printf '%s %s\\n' $$ "$(cut -d' ' -f22 /proc/$$/stat)" > "$record.new" && mv "$record.new" "$record" || exit 1
exec "$@"
`;

function recordFile(name: string): string {
  return state('run', `${name}.pid`);
}

/** Starts a program unless it runs, and waits until it is ready. */
export async function ensureDaemon(daemon: Daemon): Promise<void> {
  if (!(await isRunning(daemon.name))) await launch(daemon);
  await waitFor(`${daemon.name} ready`, daemon.readyTimeoutMs ?? 60_000, async () => {
    if (!(await isRunning(daemon.name, 2000))) throw new Error(`${daemon.name} ended: see ${logFile(daemon.name)}`);
    return daemon.ready();
  });
}

async function launch(daemon: Daemon): Promise<void> {
  const group = daemon.cgroup ?? 'daemons';
  await mkdir(state('run'), { recursive: true });
  await mkdir(state('logs'), { recursive: true });
  await rm(recordFile(daemon.name), { force: true });
  await makeCgroup(group);
  const log = openSync(logFile(daemon.name), 'a');
  const args = ['-c', launcher, 'launcher', `${cgroupName()}/${group}`, recordFile(daemon.name), ...daemon.command];
  const child = spawn('/bin/bash', args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, ...daemon.env },
  });
  child.on('error', () => undefined);
  child.unref();
  closeSync(log);
}

/** Process id of a program that runs, or undefined. */
export async function daemonPid(name: string): Promise<number | undefined> {
  return (await isRunning(name)) ? (await readRecord(name))?.pid : undefined;
}

/** Kills a program, if it runs, and waits for its end. What it kept on its disk stays. */
export async function endDaemon(name: string): Promise<void> {
  const pid = await daemonPid(name);
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  await waitFor(`end of ${name}`, 10_000, async () => !(await isRunning(name)), 50);
}

/** Whether the recorded process runs. A program that was just launched is given time to be on record. */
export async function isRunning(name: string, graceMs = 0): Promise<boolean> {
  const end = Date.now() + graceMs;
  let record = await readRecord(name);
  while (record === undefined && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    record = await readRecord(name);
  }
  return record !== undefined && (await startTime(record.pid)) === record.startTime;
}

async function readRecord(name: string): Promise<ProcessRecord | undefined> {
  const text = await readIfThere(recordFile(name));
  const [pid, start] = text?.trim().split(' ') ?? [];
  return pid === undefined || start === undefined ? undefined : { pid: Number(pid), startTime: start };
}

/** When a process started, in ticks since boot, or undefined when there is no such process. */
export async function startTime(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? undefined : fields[19];
}
