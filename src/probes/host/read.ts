import { isMeshError, meshError } from '../../errors/mesh-error.ts';
import { isUnitRef, type Estate, type EstateHost } from '../../estate/schema.ts';
import { sshTargetOf } from '../../estate/ssh-target.ts';
import type { Clock, CommandResult, SshPort, SshTarget } from '../../ports/contracts.ts';
import { parseHost, type HostContext, type ParsedHost } from './parse.ts';
import { HOST_SCRIPT } from './script.ts';

const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

type Round = CommandResult & Pick<HostContext, 'privilege' | 'sentAtMs' | 'receivedAtMs'>;

/**
 * Asks a host once. As root when the login may, else with what the login sees; `privilege` says which. Throws the coded
 * connection errors, and MW1109 for an answer that never came to its end.
 *
 * @param isRootless the login is known to have no sudo, which many hosts report to somebody each time it is tried
 */
export async function readHost(
  ssh: SshPort,
  clock: Clock,
  estate: Estate,
  host: EstateHost,
  isRootless = false,
): Promise<ParsedHost> {
  const units = unitsOn(estate, host);
  const names = [...new Set(estate.services.flatMap(({ hostname }) => hostname ?? []))];
  const variables = { units: units.join(' '), names: names.join(' ') };
  const { exitCode, stdout, ...round } = await ask(ssh, clock, sshTargetOf(estate, host), variables, isRootless);
  if (stdout === '')
    throw meshError('MW1109', {
      host: host.name,
      action: 'the discovery script',
      reason: `it is empty (status ${exitCode})`,
    });
  return parseHost(stdout, { ...round, name: host.name, address: host.address, units, names });
}

async function ask(
  ssh: SshPort,
  clock: Clock,
  target: SshTarget,
  variables: Record<string, string>,
  isRootless: boolean,
): Promise<Round> {
  const run = async (privilege: Round['privilege']): Promise<Round> => {
    const sentAtMs = clock.now();
    const result = await ssh.script(target, HOST_SCRIPT, variables, {
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      root: privilege !== 'none',
    });
    return { ...result, privilege, sentAtMs, receivedAtMs: clock.now() };
  };
  if (isRootless) return await run('none');
  try {
    return await run(target.user === 'root' ? 'root' : 'sudo');
  } catch (error) {
    if (!isMeshError(error, 'MW1106')) throw error;
    return await run('none');
  }
}

function unitsOn(estate: Estate, host: EstateHost): string[] {
  return estate.services.flatMap(({ workload }) =>
    isUnitRef(workload) && workload.host === host.name ? [workload.unit] : [],
  );
}
