import { execa } from 'execa';

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly input?: string;
  /** Where the command reads from, instead of `input`. */
  readonly inputFile?: string;
  /** A failing exit status is the caller's business. */
  readonly tolerant?: boolean;
  readonly timeoutMs?: number;
}

/** What came of a command. */
export interface RunResult {
  readonly ok: boolean;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. Throws when it fails, unless told otherwise. */
export async function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const result = await execa(file, args, {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.inputFile === undefined ? { input: options.input ?? '' } : { inputFile: options.inputFile }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, forceKillAfterDelay: 1000 }),
    reject: options.tolerant !== true,
    maxBuffer: 200_000_000,
  });
  return { ok: !result.failed, exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
}

/** Standard output of a command that must succeed. */
export async function output(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await run(file, args, options)).stdout;
}

/** Whether a command succeeds. */
export async function succeeds(file: string, args: readonly string[], options: RunOptions = {}): Promise<boolean> {
  try {
    return (await run(file, args, { timeoutMs: 20_000, ...options, tolerant: true })).ok;
  } catch {
    return false;
  }
}
