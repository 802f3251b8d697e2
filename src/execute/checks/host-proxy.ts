import { meshError } from '../../errors/index.ts';
import { HOST_HOME, PROXY_UNIT } from '../../plans/host-paths.ts';
import type { World } from '../handler.ts';
import { targetOn } from '../operations/host/session.ts';

const timeoutMs = 20_000;
const maxOutputBytes = 16 * 1024 * 1024;

/** The provider's own way first, since a host need not have curl; both print Envoy's answer and nothing else. */
const SCRIPT = `
LC_ALL=C
export LC_ALL
answer=$(timeout 10 ${HOST_HOME}/proxy/control clusters 2>/dev/null) || answer=$(curl -fsS -m 10 'http://127.0.0.1:15000/clusters?format=json') || exit 1
printf '%s' "$answer"
`;

/** What the host's own proxy knows, as Envoy's clusters JSON. */
export async function readHostClusters(world: World, host: string): Promise<string> {
  const result = await world.ssh.script(targetOn(world, host), SCRIPT, {}, { timeoutMs, maxOutputBytes, root: true });
  if (result.exitCode === 0) return result.stdout;
  throw meshError('MW1108', {
    host,
    action: 'asking the proxy for its endpoints',
    status: result.exitCode,
    detail: result.stderr.trim().split('\n').at(-1) ?? '',
  });
}

/** Seconds since the unit began, by the clock that it is stamped with; nothing where it does not run. */
const START_SCRIPT = `
entered=$(systemctl show --property ActiveEnterTimestampMonotonic --value ${PROXY_UNIT}) || exit 1
up=$(cut -d. -f1 /proc/uptime)
case $entered in ''|0|*[!0-9]*) exit 0 ;; esac
printf '%s' "$((up - entered / 1000000))"
`;

/** When the host's proxy began, in milliseconds since the epoch by our own clock. */
export async function readHostStart(world: World, host: string): Promise<number | undefined> {
  const result = await world.ssh.script(
    targetOn(world, host),
    START_SCRIPT,
    {},
    { timeoutMs, maxOutputBytes: 4096, root: true },
  );
  const seconds = /^\d{1,9}$/.test(result.stdout.trim()) ? Number(result.stdout) : undefined;
  return result.exitCode === 0 && seconds !== undefined ? world.clock.now() - seconds * 1000 : undefined;
}
