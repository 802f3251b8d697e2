import { appendFileSync, readFileSync } from 'node:fs';
import { FAILED, JUMPED, KILLED, type Wish } from './wish.ts';

/** Counts the points of this process, and ends it at the one that was wished for. */
export class Counter {
  /** What the journal said last: it tells points with one name apart. */
  context = 'start';
  /** Processes of ssh that run now. */
  readonly ssh = new Set<number>();
  readonly #wish: Wish;
  readonly #visited: Set<string>;
  readonly #seen = new Map<string, number>();
  #points = 0;
  #tried = 0;
  #isClean = false;

  constructor(wish: Wish) {
    this.#wish = wish;
    if (wish.jumpAt === 0) this.#jump('its beginning');
    this.#visited = new Set(wish.walk === undefined ? [] : readFileSync(wish.walk, 'utf8').split('\n'));
  }

  /** The instant before something; the same as that after what came before it, if nothing lies between. */
  before(what: string): void {
    if (!this.#isClean) this.#point(`before ${what}`);
    this.#isClean = false;
  }

  /** The instant in which something is on its way, and nobody here knows how it ended. */
  during(what: string): void {
    this.#isClean = false;
    this.#point(`during ${what}`);
  }

  after(what: string): void {
    this.#point(`after ${what}`);
    this.#isClean = true;
  }

  /** Throws the wished error when its turn has come. */
  failing(what: string): void {
    this.#tried += 1;
    if (this.#tried !== this.#wish.failAt) return;
    const code = this.#wish.errno ?? 'EIO';
    this.#say(`${FAILED} ${this.#tried} ${what}`);
    throw Object.assign(new Error(`${code}: made to fail, ${what}`), { code });
  }

  /** How much of this text is to be written before the process dies; nothing when all of it is. */
  torn(text: string, write: number): string | undefined {
    if (write !== this.#wish.tearAt) return undefined;
    return text.slice(0, Math.floor(text.length * (this.#wish.tearShare ?? 0.5)));
  }

  die(where: string): never {
    this.#say(`${KILLED} ${where}`);
    if (this.#wish.takeSsh === true) for (const pid of this.ssh) killIfThere(pid);
    process.kill(process.pid, 'SIGKILL');
    // The signal ends every thread, this one perhaps a moment later.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    throw new Error('killed');
  }

  #point(what: string): void {
    const named = `${this.context} | ${what}`;
    const times = (this.#seen.get(named) ?? 0) + 1;
    this.#seen.set(named, times);
    const label = `${named} #${times}`;
    this.#points += 1;
    this.#say(`${this.#points} ${label}`);
    if (this.#points === this.#wish.jumpAt) this.#jump(label);
    if (this.#points === this.#wish.killAt) this.die(label);
    if (this.#wish.walk === undefined || this.#visited.has(label)) return;
    appendFileSync(this.#wish.walk, `${label}\n`);
    this.die(label);
  }

  #jump(label: string): void {
    const { jumpMs = 0 } = this.#wish;
    const now = Date.now.bind(Date);
    Date.now = () => now() + jumpMs;
    this.#say(`${JUMPED} ${label}`);
  }

  #say(line: string): void {
    appendFileSync(this.#wish.log, `${line}\n`);
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
