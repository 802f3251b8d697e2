import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;
const PAGE_KIB = 4;

/** The fields of /proc/PID/stat after the command's name; undefined when the process is gone. See proc_pid_stat(5). */
function statOf(pid: number | 'self'): number[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text === ''
    ? undefined
    : text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
}

/** CPU seconds, user and system, of a process and of all its descendants that were waited for. */
export function cpuSeconds(pid: number | 'self'): number {
  const [, , , , , , , , , , , ...times] = statOf(pid) ?? [];
  return times.slice(0, 4).reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
}

/** CPU seconds of the descendants of this process that were waited for. */
export function childCpuSeconds(): number {
  const [, , , , , , , , , , , , , user = 0, system = 0] = statOf('self') ?? [];
  return (user + system) / TICKS_PER_SECOND;
}

/** The children of a process, and theirs. */
export function descendantsOf(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** What a process holds in memory now, in KiB. */
export function residentKib(pid: number): number {
  return Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0) * PAGE_KIB;
}

/** The most that a process ever held in memory, in KiB; 0 when it is gone. */
export function peakResidentKib(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** Processes whose title or arguments hold a text: connections that a tool left behind. */
export function pidsNaming(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && read(`/proc/${pid}/cmdline`).includes(text));
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
