import { meshError } from '../../../errors/index.ts';
import type { OperationOf } from '../../../plans/operation.ts';
import type { KubeObject, KubePort } from '../../../ports/contracts.ts';
import type { OperationContext, OperationHandler, Preview } from '../../handler.ts';
import { retryStale } from './conflicts.ts';
import { foreignTo, refuseForeign } from './foreign.ts';
import { nameOf, refOf } from './ownership.ts';
import { previewChange } from './preview.ts';

const pollMs = 250;

/** Deletes an object that this run made, and waits until it is really gone: finalizers may hold it. */
export const kubeDelete: OperationHandler<'kube.delete'> = {
  probe: async ({ cluster, ref }, { world, stamp }) => {
    const live = await world.kube(cluster).get(ref);
    if (live === null) return { state: 'done' };
    const foreign = foreignTo(live, stamp);
    if (foreign) return foreign;
    return { state: isGoing(live) ? 'partial' : 'not-done' };
  },

  // What it was is in the plan that made it.
  remember: () => Promise.resolve([]),

  apply: async ({ cluster, ref }, context) => {
    const kube = context.world.kube(cluster);
    const removed = await retryStale(async () => {
      const live = await kube.get(ref);
      if (live === null) return null;
      refuseForeign(live, context.stamp);
      if (!isGoing(live)) await kube.remove(live);
      return live;
    });
    if (removed === null) return [`${nameOf(ref)} was gone already`];
    return [
      (await waitUntilGone(kube, removed, context)) ? `${nameOf(ref)} is gone` : `${nameOf(ref)} is being deleted`,
    ];
  },

  preview: (operation, context) => retryStale(() => previewOnce(operation, context)),
};

async function previewOnce(
  operation: OperationOf<'kube.delete'>,
  { world, stamp }: OperationContext,
): Promise<Preview> {
  const kube = world.kube(operation.cluster);
  const live = await kube.get(operation.ref);
  if (live === null) return previewChange(operation, null, null);
  refuseForeign(live, stamp);
  await kube.remove(live, { dryRun: true });
  return previewChange(operation, live, null);
}

/** True when it is gone, false when the run was interrupted first; throws MW1402 when time runs out. */
export async function waitUntilGone(
  kube: KubePort,
  object: KubeObject,
  { world, stamp, timeoutMs }: OperationContext,
): Promise<boolean> {
  const deadline = world.clock.now() + timeoutMs;
  const ref = refOf(object);
  for (;;) {
    const live = await kube.get(ref);
    if (live === null || live.metadata.uid !== object.metadata.uid) return true;
    const finalizers = (live.metadata['finalizers'] as string[] | undefined) ?? [];
    const observed =
      finalizers.length > 0
        ? `${nameOf(ref)} is held by finalizers ${finalizers.join(', ')}`
        : `${nameOf(ref)} is still there`;
    if (world.clock.now() >= deadline)
      throw meshError('MW1402', { step: stamp.step, check: 'deletion', seconds: timeoutMs / 1000, observed });
    if (!(await world.clock.sleep(pollMs))) return false;
  }
}

/** True while the object is on its way out. */
export function isGoing(live: KubeObject): boolean {
  return live.metadata['deletionTimestamp'] !== undefined;
}
