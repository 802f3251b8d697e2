import { meshError } from '../../errors/index.ts';
import { artifactPath } from '../../plans/host-paths.ts';
import type { World } from '../handler.ts';
import { targetOn } from '../operations/host/session.ts';
import { STATS_PATH } from './scrape.ts';

const timeoutMs = 20_000;
const maxOutputBytes = 16 * 1024 * 1024;

/** The agent first, since a host need not have curl. */
const scriptOf = (agent: string): string => `
LC_ALL=C
export LC_ALL
answer=$(timeout 10 ${agent} request --debug-port 15000 GET '${STATS_PATH}' 2>/dev/null) || answer=$(curl -fsS -m 10 'http://127.0.0.1:15000/${STATS_PATH}') || exit 1
printf '%s\\n' "$answer"
`;

/** What a host's proxy counts, in the text format of Prometheus. @throws MW1831 where it does not say it; a coded error of SSH */
export async function readHostStats(world: World, host: string): Promise<string> {
  const { artifacts } = world.estate.provider;
  const agent = artifacts ? artifactPath('pilotAgent', artifacts.pilotAgent.sha256) : 'false';
  const limits = { timeoutMs, maxOutputBytes, root: true };
  const result = await world.ssh.script(targetOn(world, host), scriptOf(agent), {}, limits);
  if (result.exitCode === 0) return result.stdout;
  const said = result.stderr.trim().split('\n').at(-1) ?? '';
  throw meshError('MW1831', {
    proxy: `host ${host}`,
    reason: `its admin endpoint gave no answer (status ${result.exitCode}${said === '' ? '' : `: ${said}`})`,
  });
}
