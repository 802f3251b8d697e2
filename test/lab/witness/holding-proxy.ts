import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { Agent, createServer, request } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { labPaths } from '../handle.ts';

const run = promisify(execFile);

/** One request that changes something, and how the API server answered it. */
export interface Write {
  method: string;
  path: string;
  status: number;
}

/** A write that has left its sender and has not reached the API server. */
export interface HeldWrite {
  /** Lets it go on. */
  release: () => void;
}

type Wanted = (method: string, path: string) => boolean;

/**
 * Stands between one process and the lab's API server, as its administrator. A write that is wanted is held: to its
 * sender the network is slow. So what is tried is what a frozen machine really has on its way.
 */
export class HoldingProxy {
  readonly writes: Write[] = [];
  readonly kubeconfig: string;
  readonly #close: () => void;
  #wanted: { matches: Wanted; caught: (held: HeldWrite) => void } | undefined;

  private constructor(kubeconfig: string, close: () => void) {
    this.kubeconfig = kubeconfig;
    this.#close = close;
  }

  static async open(directory: string): Promise<HoldingProxy> {
    const [key, certificate] = [join(directory, 'proxy.key'), join(directory, 'proxy.crt')];
    const subject = ['-subj', '/CN=proxy', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    await run('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', certificate, '-days', '2', ...subject]);
    const { server, agent } = await administrator();
    const proxies: HoldingProxy[] = [];
    const cert = await readFile(certificate);
    const listener = createServer({ key: await readFile(key), cert }, (incoming, outgoing) => {
      void proxies[0]?.pass(incoming, outgoing, server, agent);
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const kubeconfig = join(directory, 'kubeconfig');
    await writeFile(kubeconfig, stringify(configOf(`https://127.0.0.1:${port}`, cert)), { mode: 0o600 });
    const proxy = new HoldingProxy(kubeconfig, () => {
      listener.close();
      listener.closeAllConnections();
    });
    proxies.push(proxy);
    return proxy;
  }

  /** The next write that is wanted is held, after so many others like it; resolves when it has come. */
  hold(matches: Wanted, skip = 0): Promise<HeldWrite> {
    let left = skip;
    const next: Wanted = (method, path) => matches(method, path) && left-- <= 0;
    return new Promise((caught) => (this.#wanted = { matches: next, caught }));
  }

  close(): void {
    this.#close();
  }

  async pass(incoming: IncomingMessage, outgoing: ServerResponse, server: string, agent: Agent): Promise<void> {
    const body: Buffer[] = [];
    for await (const chunk of incoming) body.push(chunk as Buffer);
    const { method = 'GET', url: path = '/' } = incoming;
    const isWrite = method !== 'GET' && !path.includes('dryRun=All') && !Buffer.concat(body).includes('"dryRun"');
    if (isWrite && this.#wanted?.matches(method, path.split('?')[0] ?? '') === true) {
      const { caught } = this.#wanted;
      this.#wanted = undefined;
      await new Promise<void>((release) => caught({ release }));
    }
    const { authorization: _theirs, host: _host, connection: _connection, ...headers } = incoming.headers;
    const upstream = request(`${server}${path}`, { method, headers, agent }, (answer) => {
      if (isWrite) this.writes.push({ method, path: path.split('?')[0] ?? '', status: answer.statusCode ?? 0 });
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.on('error', () => outgoing.destroy());
    upstream.end(Buffer.concat(body));
  }
}

interface AdminConfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

async function administrator(): Promise<{ server: string; agent: Agent }> {
  const { clusters, users } = parse(await readFile(labPaths().kubeconfig, 'utf8')) as AdminConfig;
  const [cluster] = clusters;
  const [user] = users;
  if (!cluster || !user) throw new Error('the kubeconfig of the lab names no cluster');
  const decoded = (text: string): Buffer => Buffer.from(text, 'base64');
  const agent = new Agent({
    keepAlive: true,
    ca: decoded(cluster.cluster['certificate-authority-data']),
    cert: decoded(user.user['client-certificate-data']),
    key: decoded(user.user['client-key-data']),
  });
  return { server: cluster.cluster.server, agent };
}

function configOf(server: string, certificate: Buffer): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'lab',
    clusters: [{ name: 'lab', cluster: { server, 'certificate-authority-data': certificate.toString('base64') } }],
    users: [{ name: 'lab', user: { token: 'nobody' } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
  };
}
