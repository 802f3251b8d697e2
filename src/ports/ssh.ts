import { meshError } from '../errors/mesh-error.ts';
import type { CommandResult, RunOptions, SshPort, SshTarget } from './contracts.ts';
import { readChunks } from './files.ts';
import { keepYoungGenerationSmall } from './memory.ts';
import { runProcess, type ProcessOptions, type ProcessResult } from './process.ts';
import { sshArguments, type Sharing } from './ssh-arguments.ts';
import { connectionError, isMuxBroken, lastLine, shellError, timedOut } from './ssh-errors.ts';
import { quote, unwrapOutput, wrapScript } from './ssh-quote.ts';
import { connectSeconds, SharedConnections } from './ssh-sharing.ts';
import { DIGEST_SCRIPT, LOGIN_SCRIPT, PREFER_ROOT_COMMAND, ROOT_COMMANDS, UNREAD } from './ssh-scripts.ts';

type Upload = Parameters<SshPort['upload']>[1];

/** What runs on the host: a constant command, and what it reads. */
interface Job {
  command: string;
  input: () => NonNullable<ProcessOptions['input']>;
}

/** SshPort by the OpenSSH client program: ssh_config, agents, certificates and hardware keys work as they do by hand. */
export class OpenSsh implements SshPort {
  readonly #shared: SharedConnections;

  /** @param persistSeconds for how long a connection outlives its last use */
  constructor(persistSeconds?: number) {
    // Answers of hundreds of hosts are read and dropped.
    keepYoungGenerationSmall();
    this.#shared = new SharedConnections(persistSeconds);
  }

  async script(
    target: SshTarget,
    script: string,
    variables: Record<string, string>,
    options: RunOptions,
  ): Promise<CommandResult> {
    const job = scriptJob(target, wrapScript(script, variables), options);
    if (options.isOnlyRound === true && !this.#shared.has(target)) return await runAlone(target, job, options);
    return await this.#run(target, job, options);
  }

  async upload(target: SshTarget, file: Upload, options: RunOptions): Promise<void> {
    const asRootOptions = { ...options, root: true };
    const there = await this.script(target, DIGEST_SCRIPT, { path: file.remotePath }, asRootOptions);
    if (there.stdout.trim() === `${file.sha256} ${Number.parseInt(file.mode, 8).toString(8)}`) return;
    const header = headerOf(file);
    const job = {
      command: asRoot(target, asRootOptions, commandLine(ROOT_COMMANDS.upload)),
      input: () => withHeader(header, file.localPath),
    };
    const received = await this.#run(target, job, asRootOptions);
    if (received.exitCode === 92)
      throw meshError('MW1115', { file: file.localPath, host: target.name, sha256: file.sha256 });
    if (received.exitCode === 94)
      throw meshError('MW1421', { host: target.name, token: `other than ${file.owner?.token ?? 'ours'}` });
    if (received.exitCode === 95) throw meshError('MW1422', { host: target.name });
    if (received.exitCode !== 0) throw failed(target, `writing ${file.remotePath}`, received);
  }

  async freshLogin(target: SshTarget, options: RunOptions & { lookup?: string }): Promise<void> {
    const input = wrapScript(LOGIN_SCRIPT, { user: target.user, lookup: options.lookup ?? 'localhost' });
    const result = await runAlone(target, scriptJob(target, input, options), options);
    if (result.exitCode !== 0)
      throw meshError('MW1116', {
        host: target.name,
        reason: lastLine(result.stderr) || 'it could not look up its own user',
      });
  }

  async close(): Promise<void> {
    await this.#shared.close();
  }

  /** Over the shared connection. When that turns out to be broken before the job began, once more over a new one. */
  async #run(target: SshTarget, job: Job, options: RunOptions): Promise<CommandResult> {
    for (let retries = 1; ; retries--) {
      const path = await this.#shared.path(target, options.timeoutMs);
      try {
        const result = await attempt(target, job, options, { kind: 'use', path });
        if (result !== 'broken') return result;
        if (retries === 0)
          throw connectionError(target, 'the multiplexed connection broke twice', connectSeconds(options.timeoutMs));
      } catch (error) {
        await this.#shared.drop(target);
        throw error;
      }
      await this.#shared.drop(target);
    }
  }
}

/** Over a connection that nothing else uses. */
async function runAlone(target: SshTarget, job: Job, options: RunOptions): Promise<CommandResult> {
  const result = await attempt(target, job, options, { kind: 'own' });
  if (result === 'broken') throw connectionError(target, '', connectSeconds(options.timeoutMs));
  return result;
}

function scriptJob(target: SshTarget, input: string, options: RunOptions): Job {
  if (options.root !== 'preferred' || target.user === 'root')
    return { command: asRoot(target, options, commandLine(ROOT_COMMANDS.script)), input: () => input };
  return { command: `/bin/sh -c ${quote(PREFER_ROOT_COMMAND)}`, input: () => `${UNREAD}\n${input}` };
}

async function attempt(
  target: SshTarget,
  job: Job,
  options: RunOptions,
  sharing: Sharing,
): Promise<CommandResult | 'broken'> {
  const argv = sshArguments(target, sharing, connectSeconds(options.timeoutMs));
  const { timeoutMs, maxOutputBytes } = options;
  const ended = await runProcess(['ssh', ...argv, job.command], {
    timeoutMs,
    input: job.input(),
    ...(maxOutputBytes === undefined ? {} : { maxOutputBytes }),
  });
  throwWhenStopped(target, ended, options);
  const output = unwrapOutput(ended.stdout);
  if (output.state === 'ended') return { exitCode: output.exitCode, stdout: output.stdout, stderr: ended.stderr };
  if (output.state === 'lost') throw meshError('MW1114', { host: target.name });
  if (isMuxBroken(ended.stderr)) return 'broken';
  if (ended.exitCode === 255) throw connectionError(target, ended.stderr, connectSeconds(timeoutMs));
  throw shellError(target, job.command.startsWith('sudo '), ended.exitCode, ended.stderr);
}

function throwWhenStopped(target: SshTarget, ended: ProcessResult, options: RunOptions): void {
  if (ended.ending === 'missing') throw meshError('MW1111', { program: 'ssh' });
  if (ended.ending === 'timeout') throw timedOut(target, Math.ceil(options.timeoutMs / 1000));
  if (ended.ending === 'signal') throw meshError('MW1114', { host: target.name });
  if (ended.ending === 'overflow')
    throw meshError('MW1109', { host: target.name, action: 'a command', reason: 'it is larger than allowed' });
}

/** Only what is not a plain word is quoted. */
function commandLine(words: readonly string[]): string {
  return words.map((word) => (/^[A-Za-z0-9/-]+$/.test(word) ? word : quote(word))).join(' ');
}

function asRoot(target: SshTarget, options: RunOptions, command: string): string {
  return options.root === true && target.user !== 'root' ? `sudo -n ${command}` : command;
}

function headerOf({ remotePath, sha256, mode, owner }: Upload): string {
  if (!/^\/[A-Za-z0-9._/-]+$/.test(remotePath) || remotePath.includes('/../'))
    throw new RangeError(`not a path to upload to: ${remotePath}`);
  if (!/^[0-9a-f]{64}$/.test(sha256) || !/^0?[0-7]{3}$/.test(mode)) throw new RangeError('not a digest and a mode');
  return `${remotePath}\n${sha256}\n${mode}\n${owner?.run ?? ''}\n${owner?.token ?? ''}\n`;
}

async function* withHeader(header: string, localPath: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(header);
  yield* readChunks(localPath);
}

function failed(target: SshTarget, action: string, result: CommandResult): Error {
  return meshError('MW1108', {
    host: target.name,
    action,
    status: result.exitCode,
    detail: lastLine(result.stderr) || 'no message',
  });
}
