import { isAtLeast, parseVersion, type DoctorCheck } from './check.ts';

/** Runs a program of this machine; `undefined` when it is not on PATH. */
export type RunLocal = (argv: readonly [string, ...string[]]) => Promise<LocalResult | undefined>;

/** How a program ended, and all it printed. */
export interface LocalResult {
  readonly exitCode: number;
  readonly output: string;
}

const nodeFloor = [22, 22];
/** Where the newest option that mesh sets (`RemoteCommand`) appeared; an older client refuses the command line. */
const sshFloor = [7, 6];

/** Node, by the floor that the packages mesh is built on set. */
export function checkNode(version: string): DoctorCheck {
  const base = { id: 'node', title: 'Node.js', found: version };
  if (isAtLeast(parseVersion(version) ?? [], nodeFloor)) return { ...base, status: 'ok' };
  return { ...base, status: 'failed', fix: `Install Node.js ${nodeFloor.join('.')} or newer.` };
}

/** The OpenSSH client, which carries every connection to a host. */
export async function checkSsh(run: RunLocal): Promise<DoctorCheck> {
  const base = { id: 'ssh', title: 'OpenSSH client' };
  const result = await run(['ssh', '-V']);
  if (!result) return { ...base, status: 'failed', found: 'not on PATH', fix: 'Install the OpenSSH client.' };
  const found = result.output.trim().split('\n')[0] ?? '';
  const version = /^OpenSSH/.test(found) ? parseVersion(found) : undefined;
  if (version && isAtLeast(version, sshFloor)) return { ...base, status: 'ok', found };
  return { ...base, status: 'failed', found, fix: `Put OpenSSH ${sshFloor.join('.')} or newer first on PATH.` };
}

/** The programs that `mesh hosts trust` shows fingerprints with. */
export async function checkKeyTools(run: RunLocal): Promise<DoctorCheck> {
  const base = { id: 'ssh-key-tools', title: 'ssh-keyscan and ssh-keygen' };
  const [scan, keygen] = await Promise.all([run(['ssh-keyscan', '-?']), run(['ssh-keygen', '-?'])]);
  const missing = [scan ? [] : ['ssh-keyscan'], keygen ? [] : ['ssh-keygen']].flat();
  if (missing.length === 0) return { ...base, status: 'ok', found: 'both on PATH' };
  const fix = 'Install the OpenSSH client whole; until then `mesh hosts trust` does not work.';
  return { ...base, status: 'failed', found: `missing: ${missing.join(', ')}`, fix };
}

/** Keys in the agent. None is a warning: a key file or a certificate may be configured instead. */
export async function checkAgent(run: RunLocal): Promise<DoctorCheck> {
  const base = { id: 'ssh-agent', title: 'SSH agent' };
  const result = await run(['ssh-add', '-l']);
  const fix = 'Add a key with ssh-add, or name `ssh.identityFile` in the estate: mesh never asks for a passphrase.';
  if (!result || result.exitCode === 2) return { ...base, status: 'warning', found: 'no agent', fix };
  if (result.exitCode !== 0) return { ...base, status: 'warning', found: 'an agent without keys', fix };
  const count = result.output.trim().split('\n').length;
  return { ...base, status: 'ok', found: `${count} key${count === 1 ? '' : 's'}` };
}
