import type { ChildProcess } from 'node:child_process';
import { execa } from 'execa';

/** How a program ended: by itself, or stopped by us, or never started. */
export type Ending = 'exit' | 'signal' | 'timeout' | 'overflow' | 'missing';

export interface ProcessResult {
  ending: Ending;
  /** The status, or 255 when there is none. */
  exitCode: number;
  stdout: string;
  stderr: string;
}

export interface ProcessOptions {
  timeoutMs: number;
  /** Bytes kept of each output before the program is stopped. */
  maxOutputBytes?: number;
  /** Text, or bytes as they come; nothing by default. */
  input?: string | AsyncIterable<Uint8Array>;
  env?: Record<string, string>;
}

const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
const KILL_AFTER_MS = 2_000;
const OUTPUT_GRACE_MS = 1_000;

/**
 * Runs a program without a shell. It gets a session of its own, so that Ctrl-C on the terminal reaches
 * meshway only, which decides what to finish. Never throws for what the program did.
 */
export async function runProcess(
  argv: readonly [string, ...string[]],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const [file, ...args] = argv;
  const child = execa(file, args, {
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    timeout: options.timeoutMs,
    forceKillAfterDelay: KILL_AFTER_MS,
    killDescendants: true,
    maxBuffer: options.maxOutputBytes ?? MAX_OUTPUT_BYTES,
    env: { LC_ALL: 'C', ...options.env },
    ...stdinOf(options.input),
  });
  closeOutputsAfterExit(child.nodeChildProcess);
  const result = await child;
  return {
    ending: endingOf(result),
    exitCode: result.exitCode ?? 255,
    stdout: decode(result.stdout),
    stderr: decode(result.stderr),
  };
}

function stdinOf(
  input: ProcessOptions['input'],
): { stdin: 'ignore' } | { input: string } | { stdin: AsyncIterable<Uint8Array> } {
  if (input === undefined) return { stdin: 'ignore' };
  return typeof input === 'string' ? { input } : { stdin: input };
}

/** A program may have handed its outputs to one that lives on, as ssh does when it shares a connection: nobody waits for that. */
function closeOutputsAfterExit(child: ChildProcess): void {
  child.once('exit', () => {
    const timer = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, OUTPUT_GRACE_MS);
    child.once('close', () => clearTimeout(timer));
  });
}

interface Ended {
  timedOut: boolean;
  isMaxBuffer: boolean;
  isTerminated: boolean;
  exitCode?: number | undefined;
}

function endingOf(result: Ended): Ending {
  if (result.isMaxBuffer) return 'overflow';
  if (result.timedOut) return 'timeout';
  if (result.isTerminated) return 'signal';
  if (result.exitCode !== undefined) return 'exit';
  return 'missing';
}

function decode(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
