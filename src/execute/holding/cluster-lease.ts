import { isMeshError, meshError } from '../../errors/index.ts';
import { LEASE_API, type LeasePlace } from '../../plans/owned-kinds.ts';
import type { Clock, KubeObject, KubePort } from '../../ports/contracts.ts';
import { ownedSelector } from '../operations/kube/ownership.ts';
import {
  describeHolder,
  describeIdentity,
  freeLease,
  isHeldBy,
  leaseRef,
  type LeaseRecord,
  type LeaseWish,
  newLease,
  readLease,
  renewedLease,
  takenLease,
} from './lease.ts';

/** How often a Lease that somebody holds is looked at, to see whether it is renewed. */
const WATCH_MS = 500;
/** Two that begin at once meet at the API server: one of them wins each round. */
const ROUNDS = 5;

/** Holders that are known to be dead: their journal is here, and so is the lock that each of them had. */
export type DeadHolders = (lease: LeaseRecord) => boolean;

/** Makes that judgement from the holders which journals of a state directory name. The caller holds its lock. */
export function recordedHolders(
  holders: readonly { pid: number; host: string; token: number; run: string }[],
): DeadHolders {
  return (lease) => holders.some((one) => one.run === lease.run && one.token === lease.token && isHeldBy(lease, one));
}

/** Where one cluster's Leases are, and by whose clock they are watched. */
export interface LeaseHome extends LeasePlace {
  kube: KubePort;
  clock: Clock;
}

/** The Lease of a run, null when there is none. */
export async function findLease({ kube, namespace }: LeaseHome, run: string): Promise<KubeObject | null> {
  return await kube.get(leaseRef(run, namespace));
}

/**
 * Takes the Lease of a run: makes it, or takes it from a holder that is dead, has given it back, or does not renew it
 * while it is watched for its whole duration. No clock of another machine is believed.
 * @throws MW1611 its holder lives, MW1612 a later holder has been there
 */
export async function takeLease(home: LeaseHome, wish: LeaseWish, isDead: DeadHolders): Promise<KubeObject> {
  for (let round = 1; ; round += 1) {
    try {
      return await takeOnce(home, wish, isDead);
    } catch (error) {
      const isRace = isMeshError(error, 'MW1211') || isMeshError(error, 'MW1212');
      if (!isRace || round === ROUNDS) throw error;
    }
  }
}

async function takeOnce(home: LeaseHome, wish: LeaseWish, isDead: DeadHolders): Promise<KubeObject> {
  const { kube, clock, namespace } = home;
  const { run, token } = wish.stamp;
  const live = await findLease(home, run);
  if (live === null) return await kube.create(newLease(namespace, wish, clock.now()));
  const record = readLease(live);
  await refuseLiving(home, live, isDead);
  if (record.token >= token && !isDead(record)) throw taken(home, record, token);
  return await kube.replace(takenLease(live, wish, clock.now()));
}

/** A later holder, or another with the same token, which won the race for it. */
function taken({ cluster }: LeaseHome, { run, token, lastHolder }: LeaseRecord, ours: number): Error {
  return meshError('MW1612', {
    place: `Lease of run ${run} in cluster ${cluster}`,
    holder: describeHolder(lastHolder),
    found: token,
    ours,
  });
}

/** @throws MW1611 when the holder of a Lease is not known to be dead and renews it while it is watched */
export async function refuseLiving(home: LeaseHome, live: KubeObject, isDead: DeadHolders): Promise<void> {
  const record = readLease(live);
  if (record.holder === '' || isDead(record) || !(await isRenewed(home, live))) return;
  const { cluster, clock } = home;
  throw meshError('MW1611', {
    holder: describeHolder(record.holder),
    run: record.run,
    estate: record.estate,
    cluster,
    since: isoOf(record.acquiredMs),
    seconds: Math.max(0, Math.round((clock.now() - record.renewedMs) / 1000)),
  });
}

const isoOf = (ms: number): string => (Number.isNaN(ms) ? 'an unknown time' : new Date(ms).toISOString());

/** Whether anything about a Lease changes in its own duration. */
async function isRenewed({ kube, clock }: LeaseHome, live: KubeObject): Promise<boolean> {
  const { metadata } = live;
  const { run, durationSeconds } = readLease(live);
  const until = clock.now() + durationSeconds * 1000;
  while (clock.now() < until) {
    if (!(await clock.sleep(Math.min(WATCH_MS, until - clock.now())))) return true;
    const now = await kube.get(leaseRef(run, metadata.namespace ?? ''));
    if (now === null) return false;
    if (now.metadata.resourceVersion !== metadata.resourceVersion && readLease(now).holder !== '') return true;
  }
  return false;
}

/**
 * Leases of other runs of the same estate. Whose holder lives is refused; one that is dead loses its Lease, so that
 * nobody waits for it again, and it stops by itself should it ever wake.
 */
export async function refuseOtherRuns(
  home: LeaseHome,
  { run, estate }: { run: string | undefined; estate: string },
  isDead: DeadHolders,
): Promise<void> {
  for (const lease of await estateLeases(home, estate)) {
    if (readLease(lease).run === run || readLease(lease).holder === '') continue;
    await refuseLiving(home, lease, isDead);
    await free(home, lease);
  }
}

/** Every Lease of an estate's runs in one cluster. */
export async function estateLeases({ kube, namespaces }: LeaseHome, estate: string): Promise<KubeObject[]> {
  const lists = namespaces.map((namespace) => kube.list({ ...LEASE_API, namespace, labelSelector: ownedSelector() }));
  return (await Promise.all(lists)).flat().filter((lease) => readLease(lease).estate === estate);
}

/** Best effort: the rights of a run may cover its own Lease alone. */
async function free(home: LeaseHome, lease: KubeObject): Promise<void> {
  await home.kube.replace(freeLease(lease)).catch((error: unknown) => {
    if (!isMeshError(error)) throw error;
  });
}

/** Renews what this process holds. Returns the Lease as it is now. @throws MW1612 when it is not ours any more */
export async function renewLease(home: LeaseHome, held: KubeObject, wish: LeaseWish): Promise<KubeObject> {
  try {
    return await home.kube.replace(renewedLease(held, home.clock.now()));
  } catch (error) {
    const isMoved = isMeshError(error, 'MW1212') || isMeshError(error, 'MW1210') || isMeshError(error, 'MW1615');
    if (!isMoved) throw error;
    const live = await findLease(home, wish.stamp.run);
    const record = live && readLease(live);
    const isOurs = record?.holder === describeIdentity(wish.identity) && record.token === wish.stamp.token;
    if (live === null || record === null || !isOurs) throw lost(home, record, wish);
    return await home.kube.replace(renewedLease(live, home.clock.now()));
  }
}

function lost(home: LeaseHome, record: LeaseRecord | null, { stamp }: LeaseWish): Error {
  if (record !== null) return taken(home, record, stamp.token);
  const place = `Lease of run ${stamp.run} in cluster ${home.cluster}`;
  return meshError('MW1612', { place, holder: 'somebody who deleted it', found: 'none', ours: stamp.token });
}
