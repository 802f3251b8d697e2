import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Why a program has no figures: it is a result as any other. */
export type Failure = 'stack overflow' | 'out of time' | 'out of memory' | 'failed';

/** Runs a program to its end and reads the last line of its standard output as JSON. With a failure goes the line that names it. */
export function runChild<Answer>(
  command: readonly string[],
  timeoutMs: number,
): Answer | { failure: Failure; words: string } {
  const [program = '', ...args] = command;
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 64e6,
  });
  if (status === 0) return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Answer;
  const words = `${stderr}\n${error?.message ?? ''}`;
  return { failure: failureOf(words, signal), words: /^\w*Error:.*$/m.exec(words)?.[0].slice(0, 300) ?? '' };
}

function failureOf(words: string, signal: string | null): Failure {
  if (/Maximum call stack size|RecursionError|stack overflow/i.test(words)) return 'stack overflow';
  if (/ETIMEDOUT/.test(words)) return 'out of time';
  if (/heap out of memory|MemoryError/.test(words) || signal === 'SIGABRT') return 'out of memory';
  return 'failed';
}

export function hasFailed<Answer extends object>(
  answer: Answer | { failure: Failure; words: string },
): answer is { failure: Failure; words: string } {
  return 'failure' in answer;
}

/**
 * The most memory that this process had since its program was started, as Linux tells it. `getrusage` would do, but what
 * it tells begins with the memory of the process that started this one.
 */
export function peakMiB(): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kibibytes) / 1024;
}
