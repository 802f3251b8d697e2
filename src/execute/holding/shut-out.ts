import { isMeshError } from '../../errors/index.ts';
import type { KubeRef, Operation } from '../../plans/operation.ts';
import type { MigrationPlan, Step } from '../../plans/plan.ts';
import type { KubePort } from '../../ports/contracts.ts';
import type { OperationContext } from '../handler.ts';
import { claimHost, restampHost } from '../operations/host/owner.ts';
import { retryStale } from '../operations/kube/conflicts.ts';
import { nameOf } from '../operations/kube/ownership.ts';
import { namespacesOf, restampOwned } from '../owned.ts';

/** Steps that a former holder began: it may be in the middle of one of them. */
export interface Begun {
  /** Of which nobody knows how far they came. */
  unknown: ReadonlySet<string>;
  all: ReadonlySet<string>;
}

/** Set and taken away again: what stays of it is another resourceVersion. */
const TOUCH_LABEL = 'meshway.dev/taken-over';

/**
 * Shuts a former holder out, before anything else is done. What the run owns gets this holder's token, and so another
 * resourceVersion; what is not ours and is changed by field gets another resourceVersion too, after the record of what
 * was there before, by which a former holder can tell; hosts get a mark that refuses it, those of unfinished steps also
 * where there was none.
 *
 * @param tolerant passes over what cannot be reached: a way back does not wait for it
 */
export async function shutOut(
  plan: MigrationPlan,
  begun: Begun,
  context: OperationContext,
  tolerant: boolean,
): Promise<void> {
  const { world, stamp } = context;
  const steps = plan.stages.flatMap((stage) => stage.steps).filter(({ id }) => begun.all.has(id));
  const passOver = (error: unknown): void => {
    if (!tolerant || !isMeshError(error) || isMeshError(error, 'MW1612')) throw error;
  };
  await Promise.all(
    clustersOf(plan, context).map(async (cluster) => {
      const kube = world.kube(cluster.name);
      await restampOwned(kube, namespacesOf(world, cluster), stamp);
      await touchAll(kube, refsIn(steps, cluster.name));
    }),
  ).catch(passOver);
  await Promise.all(
    [...hostsIn(steps)].map(([host, unfinished]) =>
      (unfinished.some((id) => begun.unknown.has(id)) ? claimHost : restampHost)(host, context).catch(passOver),
    ),
  );
}

const clustersOf = (
  plan: MigrationPlan,
  { world: { estate } }: OperationContext,
): OperationContext['world']['estate']['clusters'] => {
  const named = new Set(plan.stages.flatMap(({ steps }) => steps).flatMap(({ apply }) => apply.map(clusterOf)));
  return estate.clusters.filter(({ name }) => named.has(name));
};

const clusterOf = (operation: Operation): string | undefined =>
  'cluster' in operation ? operation.cluster : undefined;

/** Hosts that steps change, each with the steps that do. */
function hostsIn(steps: readonly Step[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { id, apply } of steps)
    for (const one of apply) if ('host' in one) found.set(one.host, [...(found.get(one.host) ?? []), id]);
  return found;
}

/** Objects of others of which steps set fields. */
function refsIn(steps: readonly Step[], cluster: string): KubeRef[] {
  const set = steps.flatMap(({ apply }) => apply).filter((one) => one.op === 'kube.set' || one.op === 'kube.unset');
  return [...new Map(set.filter((one) => one.cluster === cluster).map(({ ref }) => [nameOf(ref), ref])).values()];
}

async function touchAll(kube: KubePort, refs: readonly KubeRef[]): Promise<void> {
  for (const ref of refs) {
    await touch(kube, ref, 'yes');
    await touch(kube, ref, undefined);
  }
}

/** A label of the object itself, which no controller hands on to pods or ReplicaSets. */
async function touch(kube: KubePort, ref: KubeRef, value: string | undefined): Promise<void> {
  await retryStale(async () => {
    const live = await kube.get(ref);
    if (live === null) return;
    const { [TOUCH_LABEL]: _had, ...others } = live.metadata.labels ?? {};
    const labels = value === undefined ? others : { ...others, [TOUCH_LABEL]: value };
    const { labels: _labels, ...metadata } = live.metadata;
    const isBare = Object.keys(labels).length === 0;
    await kube.replace({ ...live, metadata: isBare ? metadata : { ...metadata, labels } });
  });
}
