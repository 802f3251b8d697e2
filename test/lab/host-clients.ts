import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { json } from 'node:stream/consumers';
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
    for (let wait = 0; wait < 500 && !this.ended && !/\r\n\r\n/.test(this.#received); wait++) await pause(10);
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
    const options = [
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      `UserKnownHostsFile=${knownHosts}`,
      'IdentitiesOnly=yes',
      'ControlPath=none',
    ];
    this.#child = spawn('ssh', [
      '-F',
      'none',
      '-T',
      '-i',
      sshKey,
      '-p',
      String(sshPort),
      ...options.flatMap((option) => ['-o', option]),
      `ops@${address}`,
      'cat',
    ]);
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

/** Constant load without retries: so many new connections a second, and so many that are kept. */
export class Load {
  readonly #address: string;
  readonly #port: number;
  readonly #work: Promise<void>[] = [];
  readonly #pending = new Set<Promise<void>>();
  #running = true;
  readonly #seen = { requests: 0, proxied: 0, lost: [] as string[], cuts: 0 };

  constructor(address: string, port: number, { newPerSecond, kept }: { newPerSecond: number; kept: number }) {
    this.#address = address;
    this.#port = port;
    this.#work.push(this.#openNew(1000 / newPerSecond), ...Array.from({ length: kept }, () => this.#keep()));
  }

  async stop(): Promise<{ requests: number; proxied: number; lost: string[]; cuts: number }> {
    this.#running = false;
    await Promise.all([...this.#work, ...this.#pending]);
    return this.#seen;
  }

  async #openNew(everyMs: number): Promise<void> {
    const start = Date.now();
    for (let sent = 0; this.#running; sent++) {
      await pause(Math.max(0, start + sent * everyMs - Date.now()));
      const request = this.#once().finally(() => this.#pending.delete(request));
      this.#pending.add(request);
    }
  }

  async #once(): Promise<void> {
    const client = await this.#open();
    if (client) this.#count(await client.get('/new'), 'new');
    client?.close();
  }

  async #open(): Promise<KeepAliveClient | undefined> {
    return await KeepAliveClient.open(this.#address, this.#port).catch((error: unknown) => {
      this.#seen.lost.push(String(error));
      return undefined;
    });
  }

  /** A connection may end only after an answer that announces it. */
  async #keep(): Promise<void> {
    let client = await this.#open();
    while (this.#running && client) {
      const head = await client.get('/kept');
      this.#count(head, 'kept');
      if (head === '') this.#seen.cuts++;
      if (head === '' || /^connection: close/im.test(head)) {
        client.close();
        client = await this.#open();
      }
      await pause(100);
    }
    client?.close();
  }

  #count(head: string, kind: string): void {
    this.#seen.requests++;
    if (head.includes('istio-envoy')) this.#seen.proxied++;
    if (!head.startsWith('HTTP/1.1 200'))
      this.#seen.lost.push(`${kind}: ${head.split('\r\n')[0] || 'no answer'} ${new Date().toISOString()}`);
  }
}

/** Who answers on a new connection, and through what; or why nobody does. */
export async function answerOf(host: string, port: number): Promise<string> {
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    const request = get({ host, port, agent: false, timeout: 5_000 }, resolve);
    request.on('error', reject).on('timeout', () => request.destroy(new Error('timeout')));
  });
  const said = answer.then(async (response) => {
    const { service } = (await json(response)) as { service: string };
    return response.headers['server'] === 'istio-envoy' ? `${service} by proxy` : service;
  });
  return await said.catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
