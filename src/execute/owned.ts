import { isMeshError } from '../errors/index.ts';
import type { EstateCluster } from '../estate/schema.ts';
import { ownedKinds, ownedNamespaces, preImageSecret } from '../plans/owned-kinds.ts';
import type { KubeObject, KubePort } from '../ports/contracts.ts';
import type { Stamp, World } from './handler.ts';
import { LEFTOVERS_SCRIPT } from './operations/host/scripts/remove.ts';
import { runOnHost } from './operations/host/session.ts';
import { retryStale } from './operations/kube/conflicts.ts';
import { foreignTo } from './operations/kube/foreign.ts';
import {
  isManaged,
  nameOf,
  PLAN_ANNOTATION,
  refOf,
  ownedSelector,
  RUN_LABEL,
  STEP_ANNOTATION,
  stampObject,
  TOKEN_ANNOTATION,
} from './operations/kube/ownership.ts';

/** An object of ours, as `status` lists it. */
export interface OwnedObject {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
  run: string;
  step: string;
  planDigest: string;
  token: number;
}

/** One thing of ours, in words, and the run it belongs to. */
export interface OwnedThing {
  run: string;
  thing: string;
}

/** Everything in the estate's clusters and hosts that carries our stamp, by asking all of them. */
export async function ownedThings(world: World): Promise<OwnedThing[]> {
  const { clusters, hosts } = world.estate;
  const found = await Promise.all([
    ...clusters.map((cluster) => thingsInCluster(world, cluster)),
    ...hosts.map(({ name }) => thingsOnHost(world, name)),
  ]);
  return found.flat();
}

async function thingsInCluster(world: World, cluster: EstateCluster): Promise<OwnedThing[]> {
  const objects = await ownedObjects(world.kube(cluster.name), namespacesOf(world, cluster));
  return objects.map((object) => ({
    run: object.run,
    thing: `cluster ${cluster.name}: ${nameOf(object)} (step ${object.step})`,
  }));
}

async function thingsOnHost(world: World, host: string): Promise<OwnedThing[]> {
  const facts = await runOnHost(world, { host, action: 'looking for what is ours', script: LEFTOVERS_SCRIPT });
  const things = [...facts.all('left'), ...facts.all('kept').map((path) => `${path} (record of a retired unit)`)];
  return things.map((thing) => ({ run: facts.last('owner'), thing: `host ${host}: ${thing}` }));
}

/** Where a plan may put objects of ours in a cluster. */
export const namespacesOf = ({ estate }: World, cluster: EstateCluster): string[] => ownedNamespaces(estate, cluster);

/** All objects in these namespaces that a run of ours made, or that any did. A kind that is not served has none. */
export async function ownedObjects(
  kube: KubePort,
  namespaces: readonly string[],
  run?: string,
): Promise<OwnedObject[]> {
  const objects = await readOwned(kube, namespaces, run);
  return objects.map((object) => ({
    ...refOf(object),
    run: object.metadata.labels?.[RUN_LABEL] ?? '',
    step: object.metadata.annotations?.[STEP_ANNOTATION] ?? '',
    planDigest: object.metadata.annotations?.[PLAN_ANNOTATION] ?? '',
    token: Number(object.metadata.annotations?.[TOKEN_ANNOTATION] ?? 0),
  }));
}

/**
 * Puts this holder's token on everything the run owns. It moves every resourceVersion, so that a former holder's
 * next update is a conflict, and its next look says whose the object is now. Returns how many were restamped.
 * @throws MW1612 when a later holder has been there
 */
export async function restampOwned(kube: KubePort, namespaces: readonly string[], stamp: Stamp): Promise<number> {
  const objects = await readOwned(kube, namespaces, stamp.run);
  const changed = await Promise.all(objects.map((object) => retryStale(() => restamp(kube, object, stamp))));
  return changed.filter(Boolean).length;
}

async function restamp(kube: KubePort, object: KubeObject, stamp: Stamp): Promise<boolean> {
  const live = await kube.get(refOf(object));
  if (live === null || foreignTo(live, stamp)) return false;
  if (Number(live.metadata.annotations?.[TOKEN_ANNOTATION]) === stamp.token) return false;
  await kube.replace(stampObject(live, { ...stamp, step: live.metadata.annotations?.[STEP_ANNOTATION] ?? stamp.step }));
  return true;
}

async function readOwned(kube: KubePort, namespaces: readonly string[], run?: string): Promise<KubeObject[]> {
  const labelSelector = ownedSelector(run);
  const lists = namespaces.flatMap((namespace) =>
    ownedKinds.map(([apiVersion, kind]) =>
      run !== undefined && kind === 'Secret'
        ? secretOf(kube, namespace, run)
        : kube.list({ apiVersion, kind, namespace, labelSelector }).catch(noneIfUnserved),
    ),
  );
  return (await Promise.all(lists)).flat();
}

/** By its name: a right to list Secrets would be one to read them all. */
async function secretOf(kube: KubePort, namespace: string, run: string): Promise<KubeObject[]> {
  const secret = await kube.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: preImageSecret(run) });
  return secret !== null && isManaged(secret) && secret.metadata.labels?.[RUN_LABEL] === run ? [secret] : [];
}

function noneIfUnserved(error: unknown): KubeObject[] {
  if (isMeshError(error, 'MW1204')) return [];
  throw error;
}
