import { meshError } from '../../errors/index.ts';
import { HOST_HOME } from '../../plans/host-paths.ts';
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
