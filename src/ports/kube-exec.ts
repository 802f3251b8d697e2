import { meshError } from '../errors/index.ts';
import type { CommandResult } from './contracts.ts';
import type { KubeClient } from './kube-client.ts';
import { fromFailure, fromStatus, type KubeQuestion } from './kube-errors.ts';

/** Where a program runs. */
export interface ExecTarget {
  cluster: string;
  namespace: string;
  pod: string;
  container: string;
}

/** The last message of an exec: how the program ended. */
interface ExecStatus {
  status?: string;
  reason?: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string }[] };
}

/** What is used of the `ws` package's socket, which has no types here. */
interface Socket {
  addEventListener(event: 'close', listener: () => void): void;
  terminate(): void;
}

const stdoutChannel = 1;
const stderrChannel = 2;
const statusChannel = 3;

/** Runs one program in a container over the WebSocket protocol `v5.channel.k8s.io`, without stdin or a terminal. */
export async function execInPod(
  client: KubeClient,
  target: ExecTarget,
  argv: readonly string[],
  options: { timeoutMs: number; maxOutputBytes: number },
): Promise<CommandResult> {
  const { config, server, context } = await client.config();
  const { Exec } = await import('@kubernetes/client-node');
  const question: KubeQuestion = {
    cluster: target.cluster,
    server,
    context,
    verb: 'create',
    resource: 'pods/exec',
    scope: `namespace ${target.namespace}`,
    object: `Pod ${target.namespace}/${target.pod}`,
  };
  const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
  const timer = setTimeout(
    () => reject(fromFailure(question, new Error(`the program did not end within ${options.timeoutMs / 1000} s`))),
    options.timeoutMs,
  );
  const receive = createReceiver(question, options.maxOutputBytes, resolve, reject);
  const socket = new Exec(config).handler.connect(
    pathOfExec(target, argv),
    null,
    receive,
  ) as unknown as Promise<Socket>;
  const onClose = (): void =>
    reject(fromFailure(question, new Error('the connection closed before the program ended')));
  socket.then(
    (opened) => opened.addEventListener('close', onClose),
    (failure: unknown) => reject(fromUpgradeFailure(question, failure)),
  );
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.then((opened) => opened.terminate()).catch(() => undefined);
  }
}

/** Collects output until the status arrives or the limit is passed; the first of `resolve` and `reject` counts. */
function createReceiver(
  question: KubeQuestion,
  maxOutputBytes: number,
  resolve: (result: CommandResult) => void,
  reject: (error: unknown) => void,
): (channel: number, data: Buffer) => boolean {
  const output = new ExecOutput(maxOutputBytes);
  return (channel, data) => {
    const isTaken = output.take(channel, data);
    if (!isTaken)
      reject(
        meshError('MW1209', {
          cluster: question.cluster,
          object: question.object,
          reason: `the program wrote more than ${maxOutputBytes} bytes`,
        }),
      );
    else if (channel === statusChannel) finishWith(question, output, data, resolve, reject);
    return isTaken && channel !== statusChannel;
  };
}

/** stdout and stderr as they arrive, up to a common limit. */
class ExecOutput {
  #left: number;
  readonly #chunks: Record<number, Buffer[]> = { [stdoutChannel]: [], [stderrChannel]: [] };

  constructor(maxBytes: number) {
    this.#left = maxBytes;
  }

  /** False when the limit is passed. */
  take(channel: number, data: Buffer): boolean {
    this.#left -= data.length;
    this.#chunks[channel]?.push(Buffer.from(data));
    return this.#left >= 0;
  }

  text(channel: number): string {
    return Buffer.concat(this.#chunks[channel] ?? []).toString('utf8');
  }
}

/** The exit status of a finished program; null when the status is about something else, such as a missing container. */
export function exitCodeOf(status: ExecStatus): number | null {
  if (status.status === 'Success') return 0;
  if (status.reason !== 'NonZeroExitCode') return null;
  const code = Number(status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message);
  return Number.isInteger(code) ? code : null;
}

function finishWith(
  question: KubeQuestion,
  output: ExecOutput,
  data: Buffer,
  resolve: (result: CommandResult) => void,
  reject: (error: unknown) => void,
): void {
  try {
    const status = JSON.parse(data.toString('utf8')) as ExecStatus;
    const exitCode = exitCodeOf(status);
    if (exitCode === null) reject(fromStatus(question, 500, status));
    else resolve({ exitCode, stdout: output.text(stdoutChannel), stderr: output.text(stderrChannel) });
  } catch (error) {
    reject(fromFailure(question, error));
  }
}

/** The WebSocket library tells the HTTP status of a refused upgrade only in words: `Unexpected server response: 403`. */
function fromUpgradeFailure(question: KubeQuestion, failure: unknown): unknown {
  const message = String((failure as { message?: unknown } | null)?.message ?? failure);
  const status = Number(/Unexpected server response: (\d{3})/.exec(message)?.[1]);
  if (status === 404) return fromStatus(question, 404, { reason: 'NotFound' });
  return Number.isInteger(status)
    ? fromStatus(question, status, status === 403 ? {} : { message })
    : fromFailure(question, failure);
}

function pathOfExec(target: ExecTarget, argv: readonly string[]): string {
  const query = new URLSearchParams({
    stdout: 'true',
    stderr: 'true',
    stdin: 'false',
    tty: 'false',
    container: target.container,
  });
  for (const word of argv) query.append('command', word);
  return `/api/v1/namespaces/${encodeURIComponent(target.namespace)}/pods/${encodeURIComponent(target.pod)}/exec?${query.toString()}`;
}
