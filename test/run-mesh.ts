import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/** The repository. */
export const root = join(import.meta.dirname, '..');

/** How a run of `mesh` ended. */
export interface MeshRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what a test runs `mesh`. */
export interface MeshRunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Gets the process, to send it signals. */
  readonly onSpawn?: (child: ChildProcess) => void;
}

/** The program under test: the built one under `npm test`, else the sources. */
export const meshProgram = join(root, process.env['MESH_TEST_BIN'] ?? 'bin/dev.js');

/** Runs `mesh` as a user does, with its own process and no terminal. Colours and inherited mesh settings are off. */
export async function runMesh(
  args: readonly string[],
  { cwd = root, env = {}, onSpawn }: MeshRunOptions = {},
): Promise<MeshRun> {
  const environment = { ...process.env, NODE_ENV: 'production', NO_COLOR: '1', ...env };
  const child = spawn(process.execPath, [meshProgram, ...args], {
    cwd,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onSpawn?.(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject).on('close', resolve);
  return { exitCode: await promise, ...output };
}
