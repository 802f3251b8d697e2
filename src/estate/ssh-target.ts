import { meshError } from '../errors/mesh-error.ts';
import type { SshTarget } from '../ports/contracts.ts';
import type { Estate, EstateHost } from './schema.ts';

/** Where and how a host of the estate is reached by SSH. */
export function sshTargetOf(estate: Estate, host: EstateHost): SshTarget {
  const { name, address, port, user, jump } = host;
  const { identityFile, knownHostsFile } = estate.ssh;
  return {
    name,
    address,
    port,
    user,
    ...(jump === undefined ? {} : { jump }),
    ...(identityFile === undefined ? {} : { identityFile }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFile }),
  };
}

/** The host that the estate knows under a name; unknown is a coded error. */
export function hostNamed(estate: Estate, name: string): EstateHost {
  const host = estate.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw meshError('MW1018', { host: name });
  return host;
}
