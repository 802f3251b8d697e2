import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { labPaths, vms, type VmName } from './handle.ts';

/** One TCP connection that speaks HTTP/1.1 with keep-alive, and can be left idle. */
export class KeepAliveClient {
  readonly #socket: Socket;
  #received = '';
  ended = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (this.#received += text));
    socket.on('error', () => (this.ended = true));
    socket.on('close', () => (this.ended = true));
  }

  static async open(address: string, port: number): Promise<KeepAliveClient> {
    const socket = connect(port, address);
    await once(socket, 'connect');
    return new KeepAliveClient(socket);
  }

  /** Sends a request and returns the head of its answer; empty when the connection ends instead. */
  async get(path: string): Promise<string> {
    this.#received = '';
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: sample\r\n\r\n`);
    for (let wait = 0; wait < 100 && !this.ended && !/\r\n\r\n/.test(this.#received); wait++) await pause(50);
    return /^HTTP\/1\.1 \d{3}[^]*?\r\n\r\n/.exec(this.#received)?.[0] ?? '';
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** An SSH session of the plain OpenSSH client, with a `cat` at its end. */
export class EchoSession {
  readonly #child: ChildProcessWithoutNullStreams;
  #received = '';

  constructor(vm: VmName) {
    const { address, sshPort } = vms[vm];
    const { sshKey, knownHosts } = labPaths();
    const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${knownHosts}`, 'IdentitiesOnly=yes', 'ControlPath=none'];
    this.#child = spawn('ssh', ['-F', 'none', '-T', '-i', sshKey, '-p', String(sshPort), ...options.flatMap((option) => ['-o', option]), `ops@${address}`, 'cat']);
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#received += text));
  }

  /** Whether a line comes back. */
  async echo(line: string): Promise<boolean> {
    this.#child.stdin.write(`${line}\n`);
    for (let wait = 0; wait < 100; wait++) {
      if (this.#received.includes(line)) return true;
      await pause(50);
    }
    return false;
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
