import { meshError } from '../errors/mesh-error.ts';
import type { SshTarget } from './contracts.ts';
import { makePrivateDirectory, removeDirectory } from './files.ts';
import { runProcess, type ProcessResult } from './process.ts';
import { sshArguments } from './ssh-arguments.ts';
import { connectionError, timedOut } from './ssh-errors.ts';

/** A master nobody uses ends by itself after this long: all that a kill -9 of meshway leaves behind. */
const PERSIST_SECONDS = 30;
const TRUSTED_WITHOUT_ASKING_MS = 10_000;
const CONTROL_TIMEOUT_MS = 3_000;
const MAX_CONNECT_SECONDS = 15;

interface Shared {
  target: SshTarget;
  path: string;
  usedAt: number;
}

/** One multiplexed connection per target, opened on first use and again when it is gone. */
export class SharedConnections {
  readonly #connections = new Map<string, Promise<Shared>>();
  readonly #persistSeconds: number;
  #directory: Promise<string> | undefined;
  #count = 0;

  /** @param persistSeconds for how long a connection outlives its last use; longer than any pause between two uses */
  constructor(persistSeconds = PERSIST_SECONDS) {
    this.#persistSeconds = persistSeconds;
  }

  /** The control socket of a connection that is up; opens it when there is none. */
  async path(target: SshTarget, timeoutMs: number): Promise<string> {
    const key = keyOf(target);
    const shared = await (this.#connections.get(key) ?? this.#begin(key, target, timeoutMs));
    if (performance.now() - shared.usedAt > TRUSTED_WITHOUT_ASKING_MS && !(await isUp(shared))) {
      await this.drop(target);
      return await this.path(target, timeoutMs);
    }
    shared.usedAt = performance.now();
    return shared.path;
  }

  /** Whether a connection to the target is open, or about to be. */
  has(target: SshTarget): boolean {
    return this.#connections.has(keyOf(target));
  }

  /** Has the next use open a new connection. The old one ends with the commands that still run over it. */
  async drop(target: SshTarget): Promise<void> {
    const key = keyOf(target);
    const pending = this.#connections.get(key);
    this.#connections.delete(key);
    const shared = await pending?.catch(() => undefined);
    if (shared !== undefined) await control(shared, 'stop');
  }

  /** Ends all connections and removes their sockets. */
  async close(): Promise<void> {
    const open = await Promise.allSettled([...this.#connections.values()]);
    this.#connections.clear();
    await Promise.all(open.flatMap((one) => (one.status === 'fulfilled' ? [control(one.value, 'exit')] : [])));
    if (this.#directory !== undefined) await removeDirectory(await this.#directory);
    this.#directory = undefined;
  }

  #begin(key: string, target: SshTarget, timeoutMs: number): Promise<Shared> {
    const pending = this.#open(target, timeoutMs);
    this.#connections.set(key, pending);
    pending.catch(() => {
      if (this.#connections.get(key) === pending) this.#connections.delete(key);
    });
    return pending;
  }

  async #open(target: SshTarget, timeoutMs: number): Promise<Shared> {
    this.#directory ??= makePrivateDirectory();
    const path = `${await this.#directory}/${++this.#count}`;
    const seconds = connectSeconds(timeoutMs);
    const argv = sshArguments(target, { kind: 'open', path, persistSeconds: this.#persistSeconds }, seconds);
    const result = await runProcess(['ssh', '-N', '-f', ...argv], { timeoutMs });
    throwUnlessConnected(
      target,
      target.jump === undefined || result.exitCode === 0 ? result : await diagnose(target, result, timeoutMs),
      seconds,
    );
    return { target, path, usedAt: performance.now() };
  }
}

/** Whole seconds that a connection may take, out of the time that all may take. */
export function connectSeconds(timeoutMs: number): number {
  return Math.max(1, Math.min(MAX_CONNECT_SECONDS, Math.ceil(timeoutMs / 1000)));
}

function throwUnlessConnected(target: SshTarget, result: ProcessResult, seconds: number): void {
  if (result.ending === 'missing') throw meshError('MW1111', { program: 'ssh' });
  if (result.ending === 'timeout') throw timedOut(target, seconds);
  if (result.exitCode !== 0) throw connectionError(target, result.stderr, seconds);
}

/** With ControlPersist the client drops what its jump host says, so a connection of its own has to tell. */
async function diagnose(target: SshTarget, failed: ProcessResult, timeoutMs: number): Promise<ProcessResult> {
  const again = await runProcess(
    ['ssh', ...sshArguments(target, { kind: 'own' }, connectSeconds(timeoutMs)), 'exit 0'],
    { timeoutMs },
  );
  return again.exitCode === 0 ? failed : again;
}

async function isUp(shared: Shared): Promise<boolean> {
  return (await control(shared, 'check')).exitCode === 0;
}

function control(shared: Shared, command: 'check' | 'stop' | 'exit'): Promise<ProcessResult> {
  const argv = sshArguments(shared.target, { kind: 'use', path: shared.path }, 1);
  return runProcess(['ssh', '-O', command, ...argv], { timeoutMs: CONTROL_TIMEOUT_MS });
}

function keyOf(target: SshTarget): string {
  return JSON.stringify([
    target.address,
    target.port,
    target.user,
    target.jump,
    target.identityFile,
    target.knownHostsFile,
  ]);
}
