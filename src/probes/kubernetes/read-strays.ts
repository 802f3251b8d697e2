import type { Leftover, UnreadList } from '../../inventory/schema.ts';
import type { KubeObject, KubePort } from '../../ports/contracts.ts';
import { keepMarks } from './keep.ts';
import { keepWorkload } from './keep-workload.ts';
import { isDead } from './leftovers.ts';
import type { Lister } from './lister.ts';
import { listOrSay } from './read-surroundings.ts';
import { isBare } from './workload-kinds.ts';

/** Each is a request of its own: more than a cluster has whose pods somebody looks after. */
const MAX_BARE = 100;
const MAX_DEAD = 50;

/**
 * What makes pods and is neither a Deployment, a StatefulSet nor a DaemonSet: Argo Rollouts where the cluster knows them,
 * and ReplicaSets and pods that nobody made. They are told by their owners first, and only those are read whole.
 */
export async function readStrays(
  kube: KubePort,
  lister: Lister,
  { pods, crds }: { pods: readonly KubeObject[]; crds: readonly KubeObject[] },
  unread: UnreadList[],
): Promise<KubeObject[]> {
  const hasRollouts = crds.some(({ metadata }) => metadata.name === 'rollouts.argoproj.io');
  const keepBare = (object: KubeObject): KubeObject | undefined => (isBare(object) ? keepMarks(object) : undefined);
  const [rollouts, replicaSets] = await Promise.all([
    hasRollouts
      ? listOrSay(unread, [['argoproj.io/v1alpha1', 'Rollout']], (kind) => lister.inNamespaces(...kind, keepWorkload))
      : [],
    listOrSay(unread, [['apps/v1', 'ReplicaSet']], (kind) =>
      lister.inNamespaces(...kind, keepBare, { only: 'metadata' }),
    ),
  ]);
  const bare = [...(replicaSets ?? []).filter(isBare), ...pods.filter(isBare)];
  if (bare.length > MAX_BARE)
    unread.push({
      what: `${bare.length - MAX_BARE} of ${bare.length} bare ReplicaSets and pods`,
      reason: `no more than ${MAX_BARE} are read whole`,
    });
  const read = await listOrSay(unread, [['v1', 'bare ReplicaSets and pods']], () =>
    getAll(kube, bare.slice(0, MAX_BARE)),
  );
  return [...(rollouts ?? []), ...(read ?? [])];
}

async function getAll(kube: KubePort, objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const found = await Promise.all(
    objects.map(({ apiVersion, kind, metadata: { name, namespace = '' } }) =>
      kube.get({ apiVersion, kind, namespace, name }),
    ),
  );
  return found.flatMap((object) => (object === null ? [] : [keepWorkload(object)]));
}

/** Kinds that nothing acts on any more, and how many objects there are of each. */
export async function readLeftovers(lister: Lister, crds: readonly KubeObject[]): Promise<Leftover[]> {
  const dead = crds.flatMap((crd) => {
    const { group = '', names, versions = [] } = (crd['spec'] ?? {}) as DefinitionSpec;
    const version = versions.find(({ served }) => served === true)?.name;
    return isDead(group)
      ? [{ crd: crd.metadata.name, kind: names?.kind, apiVersion: version && `${group}/${version}` }]
      : [];
  });
  return await Promise.all(
    dead.slice(0, MAX_DEAD).map(async ({ crd, kind, apiVersion }) => {
      if (typeof kind !== 'string' || apiVersion === undefined) return { crd, objects: null };
      const found = await listOrSay([], [[apiVersion, kind]], () =>
        lister.everywhere(apiVersion, kind, keepMarks, { only: 'metadata' }),
      );
      return { crd, objects: found === null ? null : found.length };
    }),
  );
}

interface DefinitionSpec {
  group?: string;
  names?: { kind?: string };
  versions?: { name?: string; served?: boolean }[];
}
