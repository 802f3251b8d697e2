import { isMeshError } from '../../errors/index.ts';
import { listRuns } from '../../journal/runs.ts';
import { leasePlaces } from '../../plans/owned-kinds.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { lockDirectory } from '../../ports/lock.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import type { World } from '../handler.ts';
import { hostOwner } from '../operations/host/owner.ts';
import { hostsOf } from '../preflight.ts';
import { hasPolicy } from './admission-policy.ts';
import { type DeadHolders, estateLeases, type LeaseHome, refuseLiving } from './cluster-lease.ts';
import { deadHolders } from './dead-holders.ts';
import { describeHolder, freeLease, leaseRef, readLease } from './lease.ts';

/** One Lease of the estate, as it was found. Times are ISO 8601, by the clock of its holder. */
export interface LeaseView {
  cluster: string;
  namespace: string;
  run: string;
  /** Empty when it was given back. */
  holder: string;
  token: number;
  acquiredAt: string;
  renewedAt: string;
  durationSeconds: number;
  lives: boolean;
  /** Whether what a former holder would create is refused: by the run's admission policy. */
  createsRefused: boolean;
}

/** The mark of one host, or why it cannot be told. */
export interface MarkView {
  host: string;
  run: string;
  token: number;
  /** An operation of meshway is at work there. */
  busy: boolean;
  error?: string;
}

/** Who holds the state directory, the clusters and the hosts of a plan. */
export interface Holders {
  /** Whose the lock of the state directory is; null when it is free. */
  directory: { holder: string; since: string } | null;
  leases: LeaseView[];
  marks: MarkView[];
  /** Those of them that live, in words. */
  living: string[];
}

/** Looks at all of them. Changes nothing. A Lease whose holder is not known to be dead is watched for its duration. */
export async function lookAtHolders(plan: MigrationPlan, stateDir: string, world: World): Promise<Holders> {
  const directory = holderOf(stateDir, world);
  const isDead = directory === null ? deadHolders(await listRuns(stateDir)) : () => false;
  const leases = await lookAtLeases(plan, world, isDead);
  const hosts = [...hostsOf(plan.stages.flatMap(({ steps }) => steps))];
  const marks = await Promise.all(hosts.map((host) => lookAtMark(host, world)));
  const living = [
    ...(directory === null ? [] : [`${directory.holder} has the state directory since ${directory.since}`]),
    ...leases
      .filter(({ lives }) => lives)
      .map(({ holder, run, cluster }) => `${holder} holds run ${run} in ${cluster}`),
    ...marks.filter(({ busy }) => busy).map(({ host }) => `an operation is at work on host ${host}`),
  ];
  return { directory, leases, marks, living };
}

/** Gives Leases back whose holders are dead, exactly as they were seen. @throws MW1212 when one has moved since */
export async function releaseHolders(world: World, leases: readonly LeaseView[]): Promise<void> {
  for (const { cluster, namespace, run, renewedAt } of leases) {
    const kube = world.kube(cluster);
    const live = await kube.get(leaseRef(run, namespace));
    if (live !== null && isoOf(readLease(live).renewedMs) === renewedAt) await kube.replace(freeLease(live));
  }
}

/** The lock is taken and given back: an operating system's lock can be asked in no other way. */
function holderOf(stateDir: string, { clock }: World): Holders['directory'] {
  try {
    lockDirectory(stateDir, clock.now).release();
    return null;
  } catch (error) {
    if (!isMeshError(error, 'MW1601')) throw error;
    return { holder: String(error.args['holder']), since: String(error.args['since']) };
  }
}

async function lookAtLeases(plan: MigrationPlan, world: World, isDead: DeadHolders): Promise<LeaseView[]> {
  const homes = leasePlaces(plan, world.estate).map((place): LeaseHome => {
    return { ...place, kube: world.kube(place.cluster), clock: world.clock };
  });
  const found = homes.map(async (home) =>
    (await estateLeases(home, plan.estate)).map((lease) => viewOf(home, lease, isDead)),
  );
  return await Promise.all((await Promise.all(found)).flat());
}

async function viewOf(home: LeaseHome, lease: KubeObject, isDead: DeadHolders): Promise<LeaseView> {
  const { run, holder, token, acquiredMs, renewedMs, durationSeconds } = readLease(lease);
  const lives = await refuseLiving(home, lease, isDead).then(
    () => false,
    (error: unknown) => {
      if (!isMeshError(error, 'MW1611')) throw error;
      return true;
    },
  );
  return {
    ...{ cluster: home.cluster, namespace: lease.metadata.namespace ?? '', run, token, durationSeconds, lives },
    holder: describeHolder(holder),
    acquiredAt: isoOf(acquiredMs),
    renewedAt: isoOf(renewedMs),
    createsRefused: await hasPolicy(home.kube, run).catch(isNotSeen),
  };
}

/** Policies are of the whole cluster: who may not read them is told that there is none. */
function isNotSeen(error: unknown): false {
  if (isMeshError(error)) return false;
  throw error;
}

const isoOf = (ms: number): string => (Number.isNaN(ms) ? '' : new Date(ms).toISOString());

/** A host that cannot be reached has nobody at work through this machine; what is there is not known. */
async function lookAtMark(host: string, world: World): Promise<MarkView> {
  try {
    const { run, token, isBusy } = await hostOwner(host, world);
    return { host, run, token, busy: isBusy };
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return { host, run: '', token: 0, busy: false, error: `${error.code} ${error.causeText}` };
  }
}
