import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const SSHD = '/usr/sbin/sshd';
/** Each host sees its own processes only, so that asking for them costs what it costs on a host that does little. */
const OWN_PROCESSES = ['--pid', '--fork', '--kill-child', '--mount-proc'];
const SLOW_SECONDS = 2;
const START_MS = 20_000;

/** `silent`: takes the connection and never says a word, as a host behind a dead firewall state does. */
export type Kind = 'healthy' | 'slow' | 'silent';

export interface Endpoint {
  name: string;
  address: string;
  kind: Kind;
}

export interface Farm {
  directory: string;
  port: number;
  user: string;
  identityFile: string;
  knownHostsFile: string;
  endpoints: Endpoint[];
  /** Whether each host has processes and a network of its own to look at; only root can make namespaces. */
  isolated: boolean;
  /** The processes that stand for the hosts, whose CPU time is the hosts'. */
  pids: number[];
  stop(): Promise<void>;
}

type Files = Omit<Farm, 'stop' | 'pids'>;

/**
 * One real sshd process for each endpoint, with an address and a host key of its own, all on one port of 127.77.0.0/16.
 * A slow one sleeps for two seconds before each command. The limits of sshd on unfinished logins are out of the way.
 */
export async function startFarm(counts: Record<Kind, number>): Promise<Farm> {
  const directory = mkdtempSync(join(tmpdir(), 'mesh-bench-hosts-'));
  const endpoints = layOut(counts);
  const port = await freePort();
  const farm = writeFiles(directory, port, endpoints);
  const children = endpoints.flatMap((endpoint) => (endpoint.kind === 'silent' ? [] : [launch(farm, endpoint)]));
  const silent = endpoints.filter(({ kind }) => kind === 'silent').map(({ address }) => keepSilent(address, port));
  await Promise.all(endpoints.map(({ address }) => answering(address, port)));
  return {
    ...farm,
    pids: children.flatMap(({ pid }) => pid ?? []),
    stop: async () => {
      await Promise.all([...children.map(end), ...silent.map((one) => one.stop())]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** As many healthy hosts as asked for, some of them replaced by all that are slow or silent, spread over the list. */
export function withTroubled(endpoints: readonly Endpoint[]): Endpoint[] {
  const mixed = endpoints.filter(({ kind }) => kind === 'healthy');
  const troubled = endpoints.filter(({ kind }) => kind !== 'healthy');
  for (const [index, one] of troubled.entries())
    mixed[Math.floor(((index + 0.5) * mixed.length) / troubled.length)] = one;
  return mixed;
}

/** Silent ones stand between slow ones. */
function layOut({ healthy, slow, silent }: Record<Kind, number>): Endpoint[] {
  const kinds = Array.from<Kind>({ length: healthy + slow })
    .fill('healthy', 0, healthy)
    .fill('slow', healthy);
  for (let index = 0; index < silent; index++)
    kinds.splice(healthy + 1 + Math.floor(((index + 0.5) * (slow + silent)) / silent), 0, 'silent');
  return kinds.map((kind, index) => ({
    name: `host-${String(index + 1).padStart(4, '0')}`,
    address: `127.77.${1 + Math.floor(index / 200)}.${1 + (index % 200)}`,
    kind,
  }));
}

function writeFiles(directory: string, port: number, endpoints: Endpoint[]): Files {
  const at = (name: string): string => join(directory, name);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  keygen(at('id'));
  writeFileSync(at('authorized_keys'), readFileSync(at('id.pub')), { mode: 0o600 });
  const known = endpoints.map(({ name, address }) => {
    keygen(at(`${name}.key`));
    const [type, key] = readFileSync(at(`${name}.key.pub`), 'utf8').split(' ');
    return `[${address}]:${port} ${type} ${key}\n`;
  });
  writeFileSync(at('known_hosts'), known.join(''));
  writeFileSync(at('sshd_config'), sshdConfig(at('authorized_keys')));
  const isolated = process.getuid?.() === 0;
  for (const [kind, words] of Object.entries(commandsOf(isolated))) writeFileSync(at(kind), words, { mode: 0o755 });
  const { username: user } = userInfo();
  return {
    directory,
    port,
    user,
    identityFile: at('id'),
    knownHostsFile: at('known_hosts'),
    endpoints,
    isolated,
  };
}

/**
 * What every login runs, with the command that was asked for. In a network of its own a host does not see the sockets of
 * all others, which would be the greater part of its answer.
 */
function commandsOf(isolated: boolean): Partial<Record<Kind, string>> {
  const run = `exec ${isolated ? 'unshare --net ' : ''}/bin/sh -c "$SSH_ORIGINAL_COMMAND"\n`;
  return { healthy: `#!/bin/sh\n${run}`, slow: `#!/bin/sh\nsleep ${SLOW_SECONDS}\n${run}` };
}

/** SHLVL keeps a bash from reading the start files of whoever runs this, as it does below sshd: the shell is bare. */
function sshdConfig(authorizedKeys: string): string {
  return [
    `AuthorizedKeysFile ${authorizedKeys}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'MaxStartups 1000:100:1000',
    'MaxSessions 100',
    'LoginGraceTime 120',
    'UseDNS no',
    'SetEnv SHLVL=1',
    'PrintMotd no',
    'Subsystem sftp /usr/lib/openssh/sftp-server',
    'LogLevel ERROR',
    '',
  ].join('\n');
}

function launch(farm: Files, { name, address, kind }: Endpoint): ChildProcess {
  const at = (file: string): string => join(farm.directory, file);
  const log = openSync(at('sshd.log'), 'a');
  const forced = ['-o', `ForceCommand=${at(kind)}`];
  const listen = ['-o', `ListenAddress=${address}:${farm.port}`, '-h', at(`${name}.key`)];
  const sshd = [SSHD, '-D', '-e', '-f', at('sshd_config'), ...listen, ...forced];
  const [program = '', ...args] = farm.isolated ? ['unshare', ...OWN_PROCESSES, ...sshd] : sshd;
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', log] });
  closeSync(log);
  return child;
}

function keepSilent(address: string, port: number): { stop(): Promise<void> } {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
  });
  server.listen(port, address);
  return {
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Waits until somebody accepts. */
async function answering(address: string, port: number): Promise<void> {
  const giveUpAt = performance.now() + START_MS;
  while (!(await accepts(address, port))) {
    if (performance.now() > giveUpAt) throw new Error(`no sshd came up on ${address}:${port}; is it installed?`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function accepts(address: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, address);
  socket.once('connect', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.77.1.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function keygen(path: string): void {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
}

/** Not by SIGTERM, which unshare ignores; the sshd that it started is killed with it. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
}
