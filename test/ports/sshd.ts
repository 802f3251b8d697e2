import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { SshTarget } from '../../src/ports/contracts.ts';

const SSHD = '/usr/sbin/sshd';

/** Why the tests with a real sshd cannot run here, if they cannot. */
export const sshdMissing = existsSync(SSHD) ? undefined : 'no sshd is installed (Debian: openssh-server)';

export interface TestSshd {
  target: SshTarget;
  directory: string;
  /** What sshd logged so far. */
  log(): string;
  /** Connections that were authenticated, by its log. */
  logins(): number;
  /** Gives the server another host key, as a rebuilt host has. */
  changeHostKey(): Promise<void>;
  /** Ends the server's processes that serve connections, as a network failure would. */
  cutConnections(): void;
  stop(): Promise<void>;
}

/** A real sshd as the present user, on a free loopback port, with keys and known_hosts of its own. */
export async function startSshd(settings: { forceCommand?: string } = {}): Promise<TestSshd> {
  const directory = mkdtempSync(join(tmpdir(), 'meshway-sshd-'));
  const port = await freePort();
  const at = (name: string): string => join(directory, name);
  for (const name of ['host_key', 'other_host_key', 'id', 'stranger']) keygen(at(name));
  writeFileSync(at('authorized_keys'), readFileSync(at('id.pub')), { mode: 0o600 });
  writeFileSync(at('known_hosts'), knownHost(port, readFileSync(at('host_key.pub'), 'utf8')));
  writeFileSync(at('log'), '');
  let child = await launch(directory, port, 'host_key', settings.forceCommand);
  return {
    directory,
    target: {
      name: 'test-host',
      address: '127.0.0.1',
      port,
      user: userInfo().username,
      identityFile: at('id'),
      knownHostsFile: at('known_hosts'),
    },
    log: () => readFileSync(at('log'), 'utf8'),
    logins: () =>
      readFileSync(at('log'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('Accepted publickey')).length,
    changeHostKey: async () => {
      await end(child);
      child = await launch(directory, port, 'other_host_key', settings.forceCommand);
    },
    cutConnections: () => {
      childrenOf(child.pid ?? 0).forEach(killIfThere);
    },
    stop: async () => {
      childrenOf(child.pid ?? 0).forEach(killIfThere);
      await end(child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A session may end by itself between the list and the kill. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A loopback port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function launch(directory: string, port: number, hostKey: string, forceCommand?: string): Promise<ChildProcess> {
  const config = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(directory, hostKey)}`,
    `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
    `PidFile ${join(directory, 'pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'LogLevel VERBOSE',
    ...(forceCommand === undefined ? [] : [`ForceCommand ${forceCommand}`]),
  ];
  writeFileSync(join(directory, 'config'), `${config.join('\n')}\n`);
  if (process.getuid?.() === 0) execFileSync('mkdir', ['-p', '/run/sshd']);
  const child = spawn(SSHD, ['-D', '-f', join(directory, 'config'), '-E', join(directory, 'log')], { stdio: 'ignore' });
  await waitFor(
    () =>
      readFileSync(join(directory, 'log'), 'utf8').split('Server listening').length > countBefore(directory, hostKey),
  );
  return child;
}

function countBefore(_directory: string, hostKey: string): number {
  return hostKey === 'host_key' ? 1 : 2;
}

/** Waits until `condition` holds, ten seconds at most. */
export async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  if (!condition()) throw new Error('the condition did not come to hold');
}

function keygen(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
}

function knownHost(port: number, publicKey: string): string {
  return `[127.0.0.1]:${port} ${publicKey.split(' ').slice(0, 2).join(' ')}\n`;
}

function childrenOf(pid: number): number[] {
  try {
    const direct = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return direct === ''
      ? []
      : direct
          .split(' ')
          .map(Number)
          .flatMap((child) => [child, ...childrenOf(child)]);
  } catch {
    return [];
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await new Promise((resolve) => child.once('exit', resolve));
}
