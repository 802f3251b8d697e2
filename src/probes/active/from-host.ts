import { isMeshError } from '../../errors/mesh-error.ts';
import type { Estate } from '../../estate/schema.ts';
import { hostNamed, sshTargetOf } from '../../estate/ssh-target.ts';
import type { SshPort } from '../../ports/contracts.ts';
import { type Outcomes, parseTries, untried } from './parse.ts';
import { inWords, nextRounds, together, type Round } from './rounds.ts';
import { TRY_SCRIPT } from './script.ts';

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 2 * 1024 * 1024;
/** Tries of one round: four times as many as are under way at a time. */
const ROUND = 32;

/** Tries from a host, with the rights of the plain login. A host that cannot be asked leaves all of its tries not known. */
export async function tryFromHost(ssh: SshPort, estate: Estate, name: string, all: Round): Promise<Outcomes> {
  const target = sshTargetOf(estate, hostNamed(estate, name));
  const outcomes: Outcomes[] = [];
  for (const { connections, lookups } of nextRounds(all, ROUND)) {
    try {
      const options = { timeoutMs: TIMEOUT_MS, maxOutputBytes: MAX_OUTPUT_BYTES };
      const { stdout } = await ssh.script(target, TRY_SCRIPT, inWords({ connections, lookups }), options);
      outcomes.push(parseTries(stdout, connections, lookups));
    } catch (error) {
      if (!isMeshError(error)) throw error;
      outcomes.push(untried(connections, lookups, `${error.code}, ${error.causeText.replace(/\.$/, '')}`));
    }
  }
  return together(outcomes);
}
