import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { labPaths } from '../handle.ts';

const bin = join(import.meta.dirname, '..', '..', '..', 'bin', 'mesh.js');

/** What one run of the command line ended with. */
export interface MeshRun {
  exitCode: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** A working directory of an operator: estate file of the lab, inventory, plan and state. */
export class Operator {
  readonly directory: string;
  readonly estate: string;

  private constructor(directory: string, estate: string) {
    this.directory = directory;
    this.estate = estate;
  }

  static async open(estate = labPaths().estate): Promise<Operator> {
    return new Operator(await mkdtemp(join(tmpdir(), 'mesh-operator-')), estate);
  }

  get plan(): string {
    return join(this.directory, 'shop.plan.yaml');
  }

  /** Starts `mesh` as the operator would; the real program, in a process of its own. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): { child: ChildProcess; done: Promise<MeshRun> } {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, MESHWAY_ESTATE: this.estate, ...env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (data: Buffer) => (stdout += data.toString()));
    child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()));
    const done = new Promise<MeshRun>((resolve) =>
      child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr })),
    );
    return { child, done };
  }

  async mesh(...args: string[]): Promise<MeshRun> {
    return await this.start(args).done;
  }

  /** Runs `mesh` and throws, with all it printed, unless it ends with status 0. */
  async must(...args: string[]): Promise<MeshRun> {
    const run = await this.mesh(...args);
    if (run.exitCode !== 0)
      throw new Error(`mesh ${args.join(' ')} ended with ${run.exitCode ?? run.signal}\n${run.stdout}\n${run.stderr}`);
    return run;
  }

  /** Discovers the estate and plans its migration. */
  async makePlan(): Promise<{ stages: string[] }> {
    await this.must('discover', '-o', 'inventory.json');
    await this.must('migrate', 'plan', '-i', 'inventory.json', '-o', this.plan);
    const shown = await this.must('migrate', 'show', this.plan, '--json');
    const plan = JSON.parse(shown.stdout) as { stages: { id: string }[] };
    return { stages: plan.stages.map(({ id }) => id) };
  }

  /** The journal lines of the only run, as they are on the disk now. One that is being written, or that a kill cut off, is not among them. */
  async journal(): Promise<string[]> {
    const runs = await readdir(join(this.directory, '.meshway', 'runs')).catch(() => []);
    const texts = await Promise.all(
      runs.map((run) =>
        readFile(join(this.directory, '.meshway', 'runs', run, 'journal.jsonl'), 'utf8').catch(() => ''),
      ),
    );
    return texts.flatMap((text) => text.split('\n').slice(0, -1));
  }
}
