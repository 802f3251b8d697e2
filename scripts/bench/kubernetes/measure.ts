import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** One run of a program. */
export interface Run {
  seconds: number;
  /** Of the program and its children: user and system time. */
  cpuSeconds: number;
  /** The most memory it had, as wait4 tells it. */
  peakMiB: number;
}

const time = '/usr/bin/time';

/** Runs a program to its end under GNU time; its output is dropped. `statuses` are those that it may end with. */
export function measure(command: readonly string[], cwd: string, statuses: readonly number[] = [0]): Run {
  if (!existsSync(time)) throw new Error(`${time} is missing: install GNU time`);
  const { status, stderr } = spawnSync(time, ['-f', '@ %e %U %S %M', ...command], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  const numbers = /@ ([\d.]+) ([\d.]+) ([\d.]+) (\d+)\s*$/.exec(stderr)?.slice(1).map(Number);
  if (numbers === undefined || status === null || !statuses.includes(status))
    throw new Error(`${command.join(' ')} ended with ${status}: ${stderr.slice(-500)}`);
  const [seconds = 0, user = 0, system = 0, peakKiB = 0] = numbers;
  return { seconds, cpuSeconds: user + system, peakMiB: peakKiB / 1024 };
}

/** The middle one. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
