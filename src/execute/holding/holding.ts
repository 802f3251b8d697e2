import { isMeshError, meshError } from '../../errors/index.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import type { LeaseHome } from './cluster-lease.ts';
import { renewLease } from './cluster-lease.ts';
import { describeIdentity, freeLease, type LeaseWish, readLease } from './lease.ts';

/** A run that this process holds, from the moment it may act until it ends. */
export interface Holding {
  /**
   * Called before anything is done. Renews what is about to run out.
   * @throws MW1612 another holder has taken the run, MW1613 a Lease ran out and cannot be renewed
   */
  assertHeld(): Promise<void>;
  /**
   * The run is back at its start: takes away what says that it is held, in its clusters and on the hosts of the steps
   * that were begun.
   */
  leave(begun: ReadonlySet<string>): Promise<void>;
  /** Ends the renewals and gives the Leases back, so that whoever comes next need not wait. Never throws. */
  release(): Promise<void>;
}

/** For what holds nothing: a model of an estate, or one without clusters. */
export const noHolding: Holding = {
  assertHeld: () => Promise.resolve(),
  leave: () => Promise.resolve(),
  release: () => Promise.resolve(),
};

/** Milliseconds that pass whatever happens to the clock: the greater of two, one of which stands still in suspend. */
export interface Elapsed {
  since(mark: Mark): number;
  mark(): Mark;
}
export interface Mark {
  wall: number;
  monotonic: number;
}

export const systemElapsed: Elapsed = {
  mark: () => ({ wall: Date.now(), monotonic: performance.now() }),
  since: ({ wall, monotonic }) => Math.max(Date.now() - wall, performance.now() - monotonic),
};

export interface LeaseHoldingOptions {
  wish: LeaseWish;
  /** On the way back a cluster that cannot be asked does not stop what goes back elsewhere. */
  tolerant: boolean;
  elapsed: Elapsed;
  /** Takes away what was made beside the Leases: the admission policy, marks on hosts. */
  leave: (begun: ReadonlySet<string>) => Promise<void>;
}

/** How long the end of a process waits for its Leases. */
const ENDING_MS = 5_000;

/** One Lease that is held, and when it was last known to be. */
interface Held {
  home: LeaseHome;
  lease: KubeObject;
  mark: Mark;
  failure?: unknown;
}

/** Holds the Leases of a run and renews each three times in its duration. */
export class LeaseHolding implements Holding {
  readonly #held: Held[];
  readonly #options: LeaseHoldingOptions;
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> = Promise.resolve();
  #lost: unknown;

  /** @param taken each Lease, just taken */
  constructor(taken: readonly { home: LeaseHome; lease: KubeObject; mark: Mark }[], options: LeaseHoldingOptions) {
    this.#held = taken.map((one) => ({ ...one }));
    this.#options = options;
    if (taken.length > 0) this.#timer = setInterval(() => void this.#renewInTurn(), this.#durationMs / 3).unref();
  }

  get #durationMs(): number {
    return this.#options.wish.durationSeconds * 1000;
  }

  async assertHeld(): Promise<void> {
    const isOld = this.#held.some(({ mark }) => this.#options.elapsed.since(mark) > (this.#durationMs * 2) / 3);
    if (isOld) await this.#renewInTurn();
    if (this.#lost !== undefined) throw this.#lost as Error;
    const late = this.#held.find(({ mark }) => this.#options.elapsed.since(mark) > this.#durationMs);
    if (late && !this.#options.tolerant) throw this.#late(late);
  }

  async leave(begun: ReadonlySet<string>): Promise<void> {
    await this.#stop();
    await this.#options.leave(begun);
    for (const { home, lease } of this.#held.splice(0)) await remove(home, lease);
  }

  async release(): Promise<void> {
    await this.#stop();
    const { identity } = this.#options.wish;
    const ours = this.#held.splice(0).filter(({ lease }) => readLease(lease).holder === describeIdentity(identity));
    await atMost(Promise.allSettled(ours.map(({ home, lease }) => home.kube.replace(freeLease(lease)))));
  }

  async #stop(): Promise<void> {
    clearInterval(this.#timer);
    await atMost(this.#renewing);
  }

  /** One renewal at a time: two would run into each other. */
  async #renewInTurn(): Promise<void> {
    this.#renewing = this.#renewing.then(() => this.#renewAll());
    await this.#renewing;
  }

  async #renewAll(): Promise<void> {
    await Promise.all(this.#held.map((one) => this.#renewOne(one)));
  }

  async #renewOne(one: Held): Promise<void> {
    // Counted from before it was asked for: by then it may have run out on the server.
    const mark = this.#options.elapsed.mark();
    try {
      one.lease = await renewLease(one.home, one.lease, this.#options.wish);
      one.mark = mark;
    } catch (error) {
      one.failure = error;
      if (isMeshError(error, 'MW1612') || !isMeshError(error)) this.#lost ??= error;
    }
  }

  #late({ home, mark, failure }: Held): Error {
    const seconds = Math.round(this.#options.elapsed.since(mark) / 1000);
    const reason = isMeshError(failure) ? `${failure.code} ${failure.causeText}` : 'the process did not run';
    const { run } = this.#options.wish.stamp;
    return meshError('MW1613', { run, cluster: home.cluster, seconds, reason }, { cause: failure });
  }
}

/** A cluster that does not answer keeps nobody from ending: what it still says runs out by itself. */
async function atMost(ending: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ENDING_MS)));
  await Promise.race([ending, late]).finally(() => clearTimeout(timer));
}

/** Gone already is as good; one that moved is read again, and is still ours to take away. */
async function remove(home: LeaseHome, lease: KubeObject): Promise<void> {
  await home.kube.remove(lease).catch((error: unknown) => {
    if (!isMeshError(error, 'MW1210')) throw error;
  });
}
