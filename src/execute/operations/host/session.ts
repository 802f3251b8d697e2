import { hostNamed, sshTargetOf } from '../../../estate/ssh-target.ts';
import type { SshTarget } from '../../../ports/contracts.ts';
import { meshError } from '../../../errors/index.ts';
import { HOST_HOME } from '../../../plans/host-paths.ts';
import type { OperationContext, ProbeResult, World } from '../../handler.ts';
import { HostFacts } from './host-facts.ts';
import { refusalError } from './refusals.ts';

const READ_TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

/** One script on one host, and what it is called in messages. */
export interface HostScript {
  host: string;
  action: string;
  script: string;
  variables?: Record<string, string>;
  timeoutMs?: number;
}

export function targetOn(world: World, host: string): SshTarget {
  return sshTargetOf(world.estate, hostNamed(world.estate, host));
}

/** Runs a script as root and returns its facts. A refusal becomes its coded error. */
export async function runOnHost(
  world: World,
  { host, action, script, variables = {}, timeoutMs = READ_TIMEOUT_MS }: HostScript,
): Promise<HostFacts> {
  const result = await world.ssh.script(targetOn(world, host), script, variables, {
    timeoutMs,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    root: true,
  });
  const facts = new HostFacts(result.stdout);
  if (result.exitCode === 0) return facts;
  const message = result.stderr.trim().split('\n').at(-1) ?? '';
  throw refusalError(host, action, facts.last('refused'), facts.last('detail') || message, result.exitCode);
}

/** As {@link runOnHost}, for scripts that change something: only for the run that owns the host, by its present holder. */
export async function changeHost(
  { world, stamp, timeoutMs }: OperationContext,
  script: HostScript,
): Promise<HostFacts> {
  const variables = { ...script.variables, ...stampVariables(stamp) };
  return await runOnHost(world, { timeoutMs, ...script, variables });
}

function stampVariables({ run, planDigest, token }: OperationContext['stamp']): Record<string, string> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/.test(run)) throw meshError('MW1999', { detail: `not a run: ${run}` });
  return { run, plan: planDigest, token: String(token) };
}

/** Somebody else's run on the host, if there is one. */
export function foreignTo({ stamp }: OperationContext, facts: HostFacts): ProbeResult | undefined {
  const owner = facts.last('owner');
  return owner === '' || owner === stamp.run ? undefined : { state: 'foreign', who: `run ${owner}` };
}

/**
 * Where a host keeps what was there before. Every script that makes something there records it first, in the same
 * breath, so that a host on which nothing followed is left as it was.
 */
export function preImagesOf(host: string, { stamp }: OperationContext): string[] {
  return [`host ${host}: ${HOST_HOME}/runs/${stamp.run}`];
}
