import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAILED, JUMPED, KILLED, type Wish, WISH } from '../points/wish.ts';

const bin = join(import.meta.dirname, '..', '..', '..', 'bin', 'mesh.js');
const preload = join(import.meta.dirname, '..', 'points', 'preload.ts');
/** Longer than any step of the matrix; a process that waits for ever is a finding. */
const LIMIT_MS = 120_000;

/** How one process of `mesh` ended. */
export interface Ended {
  status: number | null;
  /** The point at which it ended itself, or nothing. */
  killed: string | undefined;
  failed: string | undefined;
  jumped: string | undefined;
  points: string[];
  text: string;
}

/** The directory of one operator, whose processes are killed. */
export class Lane {
  readonly directory: string;
  readonly plan: string;
  readonly estate: string;
  stateDir: string;

  private constructor(directory: string) {
    this.directory = directory;
    this.plan = join(directory, 'sample.plan.yaml');
    this.estate = join(directory, 'estate.yaml');
    this.stateDir = join(directory, '.meshway');
  }

  static async open(name: string): Promise<Lane> {
    return new Lane(await mkdtemp(join(tmpdir(), `mesh-crash-${name}-`)));
  }

  /** Runs `mesh` with a wish, in a process of its own. */
  async mesh(args: readonly string[], wish: Partial<Wish> = {}): Promise<Ended> {
    const log = join(this.directory, 'points.log');
    await writeFile(log, '');
    const whole: Wish = { log, stateDir: this.stateDir, ...wish };
    const { status, text } = await this.#spawn([...args, '--state-dir', this.stateDir], whole);
    const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
    const said = (word: string): string | undefined =>
      lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
    const points = lines.filter((line) => /^\d/.test(line));
    return { status, killed: said(KILLED), failed: said(FAILED), jumped: said(JUMPED), points, text };
  }

  async #spawn(args: readonly string[], wish: Wish): Promise<{ status: number | null; text: string }> {
    const child = spawn(process.execPath, ['--import', preload, bin, ...args], {
      cwd: this.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGTERM',
      env: {
        ...process.env,
        MESHWAY_ESTATE: this.estate,
        NODE_COMPILE_CACHE: join(tmpdir(), 'mesh-crash-compiled'),
        [WISH]: JSON.stringify(wish),
      },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
    const { promise, resolve } = Promise.withResolvers<number | null>();
    // An ssh that lives on may hold the outputs open: nobody waits for that.
    child.once('exit', (status) => setTimeout(resolve, 20, status));
    return { status: await promise, text };
  }

  /** The run that is under way. A kill before its first entry leaves a directory without one. */
  async run(): Promise<string> {
    const names = await readdir(join(this.stateDir, 'runs')).catch(() => []);
    const sizes = await Promise.all(
      names.map(async (name) => (await stat(this.journal(name)).catch(() => ({ size: 0 }))).size),
    );
    return names[sizes.indexOf(Math.max(0, ...sizes))] ?? '';
  }

  journal(run: string): string {
    return join(this.stateDir, 'runs', run, 'journal.jsonl');
  }

  /** Runs that are over are of no use to the next. */
  async forget(): Promise<void> {
    await rm(this.stateDir, { recursive: true, force: true });
  }

  async close(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
