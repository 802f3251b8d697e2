import { isMeshError } from '../../errors/index.ts';
import { PROXY_UNIT } from '../../plans/host-paths.ts';
import type { MeasuredProxy, ProxyCost } from '../../plans/measure.ts';
import type { World } from '../handler.ts';
import { targetOn } from '../operations/host/session.ts';

const SECONDS = 5;
const limits = { timeoutMs: 30_000, maxOutputBytes: 64 * 1024 };

/**
 * A script that prints ticks per second, and twice the CPU time of all processes in control groups that a pattern fits: ticks of
 * user and system time (proc(5), fields 14 and 15 of `stat`; what stands before the last parenthesis is the program's name,
 * which may hold anything), and hundredths of a second since the boot. It is read of processes, since systemd counts for a
 * unit only where accounting is on.
 *
 * @param root the directory that has one for each process
 */
export const cpuScript = (pattern: string, seconds: number, root = '/proc'): string => `
LC_ALL=C
export LC_ALL
ticks() {
  sum=0
  for group in $(grep -ls '${pattern}' ${root}/[0-9]*/cgroup); do
    set -- $(sed 's/.*) //' "\${group%cgroup}stat" 2>/dev/null)
    sum=$((sum + \${12:-0} + \${13:-0}))
  done
  [ "$sum" -gt 0 ] || exit 1
  read -r up _ < /proc/uptime
  echo "$sum \${up%.*}\${up#*.}"
}
getconf CLK_TCK
ticks
sleep ${seconds}
ticks
`;

const SCRIPT = cpuScript(`/${PROXY_UNIT.replace('.', '[.]')}`, SECONDS);

/**
 * What one proxy adds to requests and, on a host, needs of a CPU.
 *
 * @throws MW1504 when the server of metrics cannot be asked
 */
export async function proxyCost(
  { addedMs, perSecond, host }: MeasuredProxy,
  world: World,
): Promise<Omit<ProxyCost, 'subject'>> {
  const cpu = host === undefined ? { millicores: null } : await cpuOf(host, world);
  const [added, passing] = await Promise.all([world.metrics.scalar(addedMs), world.metrics.scalar(perSecond)]);
  const isIdle = added === null || passing === null || passing <= 0;
  const lacks = [...(isIdle ? ['no request was counted'] : []), ...('lack' in cpu ? [cpu.lack] : [])];
  return {
    addedMs: isIdle ? null : Math.max(0, added),
    perSecond: passing,
    millicores: cpu.millicores,
    ...(lacks.length > 0 && { lack: lacks.join('; ') }),
  };
}

async function cpuOf(host: string, world: World): Promise<{ millicores: number } | { millicores: null; lack: string }> {
  try {
    const { exitCode, stdout } = await world.ssh.script(targetOn(world, host), SCRIPT, {}, limits);
    const millicores = exitCode === 0 ? millicoresIn(stdout) : undefined;
    return millicores === undefined
      ? { millicores: null, lack: `the CPU of ${PROXY_UNIT} cannot be read` }
      : { millicores };
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return { millicores: null, lack: error.causeText };
  }
}

/** From two readings of ticks and of hundredths of a second; nothing of what is no such answer. */
export function millicoresIn(text: string): number | undefined {
  const numbers = text.trim().split(/\s+/).map(Number);
  const [perSecond = 0, before = 0, from = 0, after = 0, to = 0] = numbers;
  if (numbers.length !== 5 || numbers.some((one) => !Number.isFinite(one))) return undefined;
  if (perSecond <= 0 || to <= from || after < before) return undefined;
  return ((after - before) / perSecond / ((to - from) / 100)) * 1000;
}
