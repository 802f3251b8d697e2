import { isMeshError, meshError } from '../../errors/index.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { leasePlaces } from '../../plans/owned-kinds.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import type { OperationContext, Stamp, World } from '../handler.ts';
import { unclaimHost } from '../operations/host/owner.ts';
import { hostsOf } from '../preflight.ts';
import { installPolicy, removePolicy } from './admission-policy.ts';
import {
  type DeadHolders,
  findLease,
  type LeaseHome,
  refuseLiving,
  refuseOtherRuns,
  takeLease,
} from './cluster-lease.ts';
import { type Elapsed, type Holding, LeaseHolding, type Mark, systemElapsed } from './holding.ts';
import { describeHolder, type Identity, LEASE_SECONDS, type LeaseWish, readLease } from './lease.ts';

export interface HolderOptions {
  plan: MigrationPlan;
  world: World;
  identity: Identity;
  /** On the way back: a cluster that cannot be reached is passed over, for traffic waits for nobody. */
  tolerant: boolean;
  elapsed?: Elapsed;
}

/** Takes a run for this process, in every cluster that its plan changes. */
export class Holder {
  readonly #options: HolderOptions;
  readonly #elapsed: Elapsed;

  constructor(options: HolderOptions) {
    this.#options = options;
    this.#elapsed = options.elapsed ?? systemElapsed;
  }

  get #homes(): LeaseHome[] {
    const { plan, world } = this.#options;
    const { estate, clock } = world;
    return leasePlaces(plan, estate).map((place) => ({ ...place, kube: world.kube(place.cluster), clock }));
  }

  /**
   * Before anything is recorded or changed. A Lease of this run with the greatest token that the journal knows is of a holder
   * that the journal knows too: else two took the same token, and the other one has acted with it.
   * @throws MW1611 a holder of the estate lives, MW1612 the run was taken over elsewhere
   */
  async refuseRivals(run: { name: string; token: number } | undefined, isDead: DeadHolders): Promise<void> {
    const { estate } = this.#options.plan;
    await this.#each(async (home) => {
      await refuseOtherRuns(home, { run: run?.name, estate }, isDead);
      const live = run && (await findLease(home, run.name));
      if (!live || !run) return;
      await refuseLiving(home, live, isDead);
      const record = readLease(live);
      if (record.token !== run.token || isDead(record)) return;
      const place = `Lease of run ${run.name} in cluster ${home.cluster}`;
      throw meshError('MW1612', {
        place,
        holder: describeHolder(record.lastHolder),
        found: record.token,
        ours: run.token,
      });
    });
  }

  /**
   * Takes the Leases of a run, and puts its admission policy in force where the estate asks for one.
   * @throws MW1611, MW1612 as above, MW1614 the policy has no effect
   */
  async take(stamp: Stamp, isDead: DeadHolders): Promise<TakenRun> {
    const { plan, world, tolerant, identity } = this.#options;
    const { leaseSeconds: durationSeconds = LEASE_SECONDS, admissionPolicy } = world.estate.policy;
    const wish: LeaseWish = { stamp, estate: plan.estate, identity, durationSeconds };
    const taken: Taken[] = [];
    let wasGivenBack = true;
    const leave = (begun: ReadonlySet<string>): Promise<void> => this.#leave(stamp, begun);
    const holding = (): Holding => new LeaseHolding(taken, { wish, tolerant, elapsed: this.#elapsed, leave });
    try {
      await this.#each(async (home) => {
        const before = await findLease(home, stamp.run);
        wasGivenBack &&= before !== null && readLease(before).holder === '';
        const mark = this.#elapsed.mark();
        taken.push({ home, lease: await takeLease(home, wish, isDead), mark });
        await refuseOtherRuns(home, { run: stamp.run, estate: plan.estate }, isDead);
        if (admissionPolicy === true) await installPolicy(home, stamp);
      });
    } catch (error) {
      await holding().release();
      throw error;
    }
    return { holding: holding(), wasGivenBack: wasGivenBack && taken.length > 0 };
  }

  /** What was made beside the Leases. The marks of hosts that never joined: those of others went with their proxy. */
  async #leave(stamp: Stamp, begun: ReadonlySet<string>): Promise<void> {
    const { plan, world } = this.#options;
    const context: OperationContext = { world, stamp, timeoutMs: 60_000 };
    const hosts = hostsOf(plan.stages.flatMap(({ steps }) => steps).filter(({ id }) => begun.has(id)));
    await Promise.all([...hosts].map((host) => unclaimHost(host, context)));
    if (world.estate.policy.admissionPolicy === true)
      await this.#each(async ({ kube }) => await removePolicy(kube, stamp.run));
  }

  /** One cluster after the other: two holders that begin at once then meet in the first. */
  async #each(doing: (home: LeaseHome) => Promise<void>): Promise<void> {
    for (const home of this.#homes)
      await doing(home).catch((error: unknown) => {
        if (!this.#options.tolerant || !isMeshError(error, 'MW1201')) throw error;
      });
  }
}

export interface TakenRun {
  holding: Holding;
  /** The holder before gave its Leases back: it had ended what it did, and nothing of it can be on its way any more. */
  wasGivenBack: boolean;
}

interface Taken {
  home: LeaseHome;
  lease: KubeObject;
  mark: Mark;
}
