import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** An API server of the benchmark's own, with its store, on free ports of loopback. */
export interface ControlPlane {
  kubeconfig: string;
  server: string;
  token: string;
  stop(): Promise<void>;
}

const local = '127.0.0.1';
const user = 'bench';

/**
 * Starts etcd and kube-apiserver with all their files in `directory`; `programs` holds kube-apiserver. They end with
 * `stop`, by process id.
 */
export async function startControlPlane(programs: string, directory: string): Promise<ControlPlane> {
  mkdirSync(join(directory, 'certificates'), { recursive: true });
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()];
  const token = randomBytes(16).toString('hex');
  writeFileSync(join(directory, 'tokens.csv'), `${token},${user},${user},"system:masters"\n`, { mode: 0o600 });
  writeSigningKey(join(directory, 'service-account.key'));
  const started: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of started.toReversed()) await end(child);
  };
  try {
    started.push(launch('etcd', '/usr/bin/etcd', etcdArguments(directory, client, peer), directory));
    started.push(
      launch('kube-apiserver', join(programs, 'kube-apiserver'), serverArguments(directory, client, secure), directory),
    );
    const server = `https://${local}:${secure}`;
    const kubeconfig = join(directory, 'kubeconfig');
    await until(() => existsSync(join(directory, 'certificates', 'apiserver.crt')));
    writeFileSync(kubeconfig, kubeconfigText(server, token, join(directory, 'certificates', 'apiserver.crt')), {
      mode: 0o600,
    });
    await until(
      () => isReady(server, token),
      () => started.find(({ exitCode }) => exitCode !== null)?.spawnfile,
    );
    return { kubeconfig, server, token, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts a program whose output goes to a file of its name. */
export function launch(name: string, program: string, args: readonly string[], directory: string): ChildProcess {
  const log = openSync(join(directory, `${name}.log`), 'a');
  const child = spawn(program, args, { cwd: directory, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

/** Ends a process that was started here, and waits until it has ended. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const isGone = await Promise.race([ended.then(() => true), sleep(10_000, false)]);
  if (!isGone) child.kill('SIGKILL');
  await ended;
}

function etcdArguments(directory: string, client: number, peer: number): string[] {
  const [clientUrl, peerUrl] = [`http://${local}:${client}`, `http://${local}:${peer}`];
  return [
    '--name=bench',
    `--data-dir=${join(directory, 'etcd')}`,
    '--unsafe-no-fsync',
    // The store may come from an earlier run, whose ports were others.
    '--force-new-cluster',
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=bench=${peerUrl}`,
  ];
}

function serverArguments(directory: string, etcd: number, port: number): string[] {
  const key = join(directory, 'service-account.key');
  return [
    `--etcd-servers=http://${local}:${etcd}`,
    `--bind-address=${local}`,
    `--advertise-address=${local}`,
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--cert-dir=${join(directory, 'certificates')}`,
    `--token-auth-file=${join(directory, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.96.0.0/16',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${key}`,
    `--service-account-key-file=${key}`,
  ];
}

function kubeconfigText(server: string, token: string, authority: string): string {
  const data = readFileSync(authority).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: user, cluster: { server, 'certificate-authority-data': data } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: user, context: { cluster: user, user } }],
    'current-context': user,
  });
}

function writeSigningKey(file: string): void {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(file, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
}

async function isReady(server: string, token: string): Promise<boolean> {
  const { ask } = await import('./api.ts');
  const answer = await ask({ server, token }, 'GET', '/readyz').catch(() => undefined);
  return answer?.status === 200;
}

/** Waits until something holds, a minute at most; `ended` names what ended meanwhile. */
async function until(
  holds: () => boolean | Promise<boolean>,
  ended: () => string | undefined = () => undefined,
): Promise<void> {
  const last = Date.now() + 60_000;
  while (!(await holds())) {
    const gone = ended();
    if (gone !== undefined || Date.now() > last)
      throw new Error(`${gone ?? 'the API server'} did not start: see its log`);
    await sleep(100);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, local, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
