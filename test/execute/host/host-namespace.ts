import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { quote } from '../../../src/ports/ssh-quote.ts';

/** A test that dies leaves its namespaces behind for no longer. */
const LIFE_SECONDS = '600';
const PROGRAMS = ['unshare', 'nsenter', 'ip', 'mount', 'iptables-nft', 'ss', 'flock', 'bash', 'conntrack', 'nft'];

/** Why scripts cannot be run on a network and a file tree of their own here, if they cannot. */
export const namespaceMissing: string | undefined = whatIsMissing();

function whatIsMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  const missing = PROGRAMS.filter((program) => spawnSync('which', [program]).status !== 0);
  if (missing.length > 0) return `not installed: ${missing.join(', ')}`;
  const made = spawnSync('unshare', ['--net', '--mount', 'iptables-nft', '-t', 'nat', '-S']);
  return made.status === 0 && existsSync('/proc/net/nf_conntrack') ? undefined : 'no namespace with a nat table here';
}

/** Units are files below /var/lib/units: `.active` and `.enabled` say what they are, `.by` what starts them. */
const SYSTEMCTL = `#!/bin/sh
for unit; do :; done
at=/var/lib/units/$unit
case "$1 $2 $3" in
  'show -p InvocationID') cat "$at.invocation" 2>/dev/null ;;
  'show -p ActiveState') [ -e "$at.active" ] && echo active || echo inactive ;;
  'show -p LoadState') [ -e "$at" ] && echo loaded || echo not-found ;;
  'show -p TriggeredBy') cat "$at.by" 2>/dev/null ;;
  'show -p '*) ;;
  'is-enabled '*) [ -e "$at.enabled" ] && echo enabled || { echo disabled; exit 1; } ;;
  'is-active '*) [ -e "$at.active" ] ;;
  'disable '*) rm -f "$at.enabled" ;;
  'stop '*) [ -e "$at.stuck" ] || rm -f "$at.active" ;;
esac
`;

/** What runs in it: a service that answers nothing and ends no connection, and the proxy before it. */
const SERVERS = `
const { createServer } = require('node:net');
for (const port of [8080, 15006]) createServer((socket) => socket.on('error', () => {}).resume()).listen(port, '0.0.0.0');
`;

/** A host with a stranger on its network: namespaces of their own, gone with their processes. No mesh, no systemd. */
export class HostNamespace {
  static readonly address = '10.97.0.1';
  static readonly stranger = '10.97.0.2';
  readonly #inside: ChildProcess;
  readonly #outside: ChildProcess;
  readonly #clients: ChildProcess[] = [];

  constructor() {
    this.#inside = spawn('unshare', ['--net', '--mount', 'sleep', LIFE_SECONDS], { stdio: 'ignore' });
    this.#outside = spawn('unshare', ['--net', 'sleep', LIFE_SECONDS], { stdio: 'ignore' });
    this.#untilApart();
    this.#must(
      this.run(`set -e
        ip link set lo up
        ip link add inner type veth peer name outer netns ${this.#outside.pid}
        ip addr add ${HostNamespace.address}/24 dev inner; ip link set inner up
        for directory in /var/lib /usr/local/sbin; do mount -t tmpfs tmpfs $directory; done
        mkdir -p /var/lib/units
        printf '%s' ${quote(SYSTEMCTL)} > /usr/local/sbin/systemctl; chmod +x /usr/local/sbin/systemctl`),
    );
    this.#must(
      this.#outsideRun(`set -e
        ip link set lo up; ip addr add ${HostNamespace.stranger}/24 dev outer; ip link set outer up`),
    );
    this.#clients.push(this.#start(this.#inside, [process.execPath, '-e', SERVERS]));
    this.waitFor('[ "$(ss -Htln | grep -c -e :8080 -e :15006)" = 2 ]');
  }

  /** Runs a script as one of a host is run: on standard input, with variables before it. */
  run(
    script: string,
    variables: Record<string, string> = {},
  ): { status: number | null; stdout: string; stderr: string } {
    const set = Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}\n`);
    return this.#enter(this.#inside, `${set.join('')}${script}`);
  }

  /** A connection that stays open until it is ended, or all is closed. */
  connect(from: 'stranger' | 'neighbour', to = HostNamespace.address, source = ''): { end(): void } {
    const options = JSON.stringify({ host: to, port: 8080, ...(source !== '' && { localAddress: source }) });
    const client = `require('node:net').connect(${options}, () => console.log('open'))`;
    const child = this.#start(from === 'stranger' ? this.#outside : this.#inside, [process.execPath, '-e', client]);
    this.#clients.push(child);
    const peer = from === 'stranger' ? HostNamespace.stranger : source || to;
    this.waitFor(`ss -Htn state established | grep -q ' ${peer.replaceAll('.', '\\.')}:'`);
    return { end: () => child.kill('SIGKILL') };
  }

  /** One connection that is over when this returns. */
  call(from: 'stranger' | 'neighbour', to = HostNamespace.address): void {
    const script = `exec bash -c 'exec 3<>/dev/tcp/${to}/8080'`;
    this.#must(from === 'stranger' ? this.#outsideRun(script) : this.run(script));
  }

  /** Waits, ten seconds at most, until a condition of the shell holds. */
  waitFor(condition: string): void {
    this.#must(this.run(`for try in $(seq 100); do ${condition} && exit 0; sleep 0.1; done; exit 1`));
  }

  close(): void {
    for (const child of [...this.#clients, this.#inside, this.#outside]) child.kill('SIGKILL');
  }

  #outsideRun(script: string): ReturnType<HostNamespace['run']> {
    return this.#enter(this.#outside, script);
  }

  #enter({ pid }: ChildProcess, input: string): ReturnType<HostNamespace['run']> {
    const { status, stdout, stderr } = spawnSync('nsenter', [...inNamespacesOf(pid), 'sh', '-s'], {
      input,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  }

  #start({ pid }: ChildProcess, argv: string[]): ChildProcess {
    return spawn('nsenter', [...inNamespacesOf(pid), ...argv], { stdio: 'ignore' });
  }

  /** unshare has made the namespaces once its process is the `sleep` that it becomes. */
  #untilApart(): void {
    const both = `${this.#inside.pid} ${this.#outside.pid}`;
    const script = `for pid in ${both}; do for try in $(seq 100); do [ "$(cat /proc/$pid/comm)" = sleep ] && break; sleep 0.1; done; done`;
    spawnSync('sh', ['-c', script]);
  }

  #must({ status, stdout, stderr }: ReturnType<HostNamespace['run']>): void {
    if (status !== 0) throw new Error(`status ${status}: ${stdout}${stderr}`);
  }
}

const inNamespacesOf = (pid = 0): string[] => ['--target', String(pid), '--net', '--mount'];
