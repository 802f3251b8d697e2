import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { labPaths, shopNamespace } from '../../handle.ts';

/** Weights that the API server had stored, and when it said so. */
interface Stored {
  atMs: number;
  twin: number;
}

const WEIGHTS = '{.spec.rules[0].backendRefs[*].weight}{"\\n"}';

/** Watches the catalog's route at the API server: what is stored, not what anybody says was stored. */
export class RouteWatch {
  readonly stored: Stored[] = [];
  #child: ChildProcess | undefined;
  #isOver = false;
  readonly #following: Promise<void>;

  constructor() {
    this.#following = this.#follow();
  }

  /** When the twin's weight was first seen at or below this one, at or after a time. */
  backAt(weight: number, fromMs: number): number | undefined {
    return this.stored.find(({ atMs, twin }) => atMs >= fromMs && twin <= weight)?.atMs;
  }

  /** The twin's weight that was seen last. */
  get now(): number | undefined {
    return this.stored.at(-1)?.twin;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#child?.kill('SIGTERM');
    await this.#following;
  }

  /** A watch that ends, with its API server, is begun again. */
  async #follow(): Promise<void> {
    while (!this.#isOver) {
      await this.#watchOnce();
      await sleep(200);
    }
  }

  async #watchOnce(): Promise<void> {
    const { kubectl, kubeconfig } = labPaths();
    const args = ['--kubeconfig', kubeconfig, '-n', shopNamespace, 'get', 'httproute', 'catalog', '--watch'];
    const child = spawn(kubectl, [...args, '-o', `jsonpath=${WEIGHTS}`], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.#note(line));
    await new Promise((resolve) => child.once('close', resolve));
  }

  #note(line: string): void {
    const twin = Number(line.split(' ')[1]);
    if (Number.isFinite(twin) && twin !== this.now) this.stored.push({ atMs: Date.now(), twin });
  }
}
