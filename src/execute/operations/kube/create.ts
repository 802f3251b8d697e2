import type { KubeManifest, OperationOf } from '../../../plans/operation.ts';
import type { KubeObject } from '../../../ports/contracts.ts';
import type { OperationContext, OperationHandler, Preview, ProbeResult, Stamp } from '../../handler.ts';
import { retryStale } from './conflicts.ts';
import { isGoing, waitUntilGone } from './delete.ts';
import { isSubset, overlay } from './field-tree.ts';
import { foreignTo, refuseForeign } from './foreign.ts';
import { nameOf, refOf, stampObject } from './ownership.ts';
import { previewChange } from './preview.ts';

/** Creates an object that must not exist yet, or repairs one that this run made. */
export const kubeCreate: OperationHandler<'kube.create'> = {
  probe: async ({ cluster, manifest }, { world, stamp }) =>
    judge(manifest, await world.kube(cluster).get(refOf(manifest)), stamp),

  // Before it there was nothing, and the plan says what is made.
  remember: () => Promise.resolve([]),

  apply: ({ cluster, manifest }, context) => retryStale(() => createOrRepair(cluster, manifest, context)),

  preview: (operation, context) => retryStale(() => previewOnce(operation, context)),
};

async function previewOnce(
  operation: OperationOf<'kube.create'>,
  { world, stamp }: OperationContext,
): Promise<Preview> {
  const kube = world.kube(operation.cluster);
  const live = await kube.get(refOf(operation.manifest));
  if (live === null)
    return previewChange(operation, null, await kube.create(stampObject(operation.manifest, stamp), { dryRun: true }));
  refuseForeign(live, stamp);
  return previewChange(
    operation,
    live,
    await kube.replace(repaired(live, operation.manifest, stamp), { dryRun: true }),
  );
}

function judge(manifest: KubeManifest, live: KubeObject | null, stamp: Stamp): ProbeResult {
  if (live === null) return { state: 'not-done' };
  const foreign = foreignTo(live, stamp);
  if (foreign) return foreign;
  return { state: isGoing(live) || !isSubset(manifest, live) ? 'partial' : 'done' };
}

async function createOrRepair(cluster: string, manifest: KubeManifest, context: OperationContext): Promise<string[]> {
  const kube = context.world.kube(cluster);
  let live = await kube.get(refOf(manifest));
  if (live !== null) refuseForeign(live, context.stamp);
  if (live !== null && isGoing(live)) {
    await waitUntilGone(kube, live, context);
    live = null;
  }
  const name = nameOf(refOf(manifest));
  if (live === null) {
    const made = await kube.create(stampObject(manifest, context.stamp));
    return [`${name} created (uid ${made.metadata.uid ?? 'unknown'})`];
  }
  const fixed = await kube.replace(repaired(live, manifest, context.stamp));
  return [`${name} put right (resourceVersion ${fixed.metadata.resourceVersion ?? 'unknown'})`];
}

/** The live object with everything that the manifest says, under the live resourceVersion. */
function repaired(live: KubeObject, manifest: KubeManifest, stamp: Stamp): KubeObject {
  return stampObject(overlay(live, manifest) as KubeObject, stamp);
}
