import { isMeshError, meshError } from '../../errors/mesh-error.ts';
import { isUnitRef, type Estate, type EstateHost } from '../../estate/schema.ts';
import { sshTargetOf } from '../../estate/ssh-target.ts';
import type { Clock, CommandResult, SshPort, SshTarget } from '../../ports/contracts.ts';
import { parseHost, type HostContext, type ParsedHost } from './parse.ts';
import { HOST_SCRIPT } from './script.ts';

const LIMITS = { timeoutMs: 60_000, maxOutputBytes: 32 * 1024 * 1024 };

type Round = CommandResult & Pick<HostContext, 'privilege' | 'sentAtMs' | 'receivedAtMs'>;

/**
 * Asks a host once. As root when the login may, else with what the login sees; `privilege` says which. Throws the coded
 * connection errors, and MW1109 for an answer that never came to its end.
 *
 * @param isOnlyRound nothing asks this host again soon: all is done over one connection that ends with it
 * @param isRootless the login is known to have no sudo, which many hosts report to somebody each time it is tried
 */
export async function readHost(
  ssh: SshPort,
  clock: Clock,
  estate: Estate,
  host: EstateHost,
  { isOnlyRound = false, isRootless = false } = {},
): Promise<ParsedHost> {
  const units = unitsOn(estate, host);
  const names = [...new Set(estate.services.flatMap(({ hostname }) => hostname ?? []))];
  const variables = { units: units.join(' '), names: names.join(' ') };
  const target = sshTargetOf(estate, host);
  const { exitCode, stdout, ...round } = await (isOnlyRound
    ? askOnce(ssh, clock, target, variables)
    : ask(ssh, clock, target, variables, isRootless));
  if (stdout === '')
    throw meshError('MW1109', {
      host: host.name,
      action: 'the discovery script',
      reason: `it is empty (status ${exitCode})`,
    });
  return parseHost(stdout, { ...round, name: host.name, address: host.address, units, names });
}

/** As root or as the login, whichever the host allows, in one round; its answer says which it was. */
async function askOnce(
  ssh: SshPort,
  clock: Clock,
  target: SshTarget,
  variables: Record<string, string>,
): Promise<Round> {
  const sentAtMs = clock.now();
  const result = await ssh.script(target, HOST_SCRIPT, variables, { ...LIMITS, root: 'preferred', isOnlyRound: true });
  const receivedAtMs = clock.now();
  const isRoot = /^fact\tuid\t0$/m.test(result.stdout);
  const privilege = target.user === 'root' ? 'root' : isRoot ? 'sudo' : 'none';
  return { ...result, privilege, sentAtMs, receivedAtMs };
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
      ...LIMITS,
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
