import { meshError } from '../../../errors/index.ts';
import type { KubeManifest, KubeRef, OperationOf } from '../../../plans/operation.ts';
import type { KubeObject, KubePort } from '../../../ports/contracts.ts';
import type { OperationContext, OperationHandler, Preview } from '../../handler.ts';
import { retryStale } from './conflicts.ts';
import { type FieldPath, type Fields, fieldsOf, isSame, leavesOf, lookUp, overlay } from './field-tree.ts';
import { ownApplyPaths } from './managed-fields.ts';
import { nameOf } from './ownership.ts';
import { openPreImages } from './pre-images.ts';
import { previewChange } from './preview.ts';

/**
 * Sets fields of somebody else's object by server-side apply, never forced: who manages them already is named
 * by MW1207. Nothing else of the object changes, and it is not stamped.
 */
export const kubeSet: OperationHandler<'kube.set'> = {
  probe: async ({ cluster, ref, fields }, { world }) => {
    const live = await getExisting(world.kube(cluster), ref);
    return { state: leavesOf(fields).every(({ path, value }) => holds(live, path, value)) ? 'done' : 'not-done' };
  },

  remember: async ({ cluster, ref, fields }, { world, stamp }) => {
    const kube = world.kube(cluster);
    return [await openPreImages(kube, stamp).record(await getExisting(kube, ref), ref, fields)];
  },

  apply: async (operation, { world, stamp }) => {
    const { cluster, ref, fields } = operation;
    const kube = world.kube(cluster);
    const images = openPreImages(kube, stamp);
    const set = await retryStale(async () => {
      const live = await getExisting(kube, ref);
      // Read after the object, which carries no token: a holder who takes over marks this record first, and moves the
      // object's version then. So a former one is refused here, or meets a conflict.
      if ((await images.read(ref, fields)) === null)
        throw meshError('MW1214', { object: nameOf(ref), cluster, run: stamp.run });
      return await applyFields(kube, operation, live, false);
    });
    return [
      `${nameOf(ref)}: ${leavesOf(fields).map(describeLeaf).join(', ')} (generation ${set.metadata.generation ?? 'unknown'})`,
    ];
  },

  preview: (operation, context) => retryStale(() => previewOnce(operation, context)),
};

async function previewOnce(operation: OperationOf<'kube.set'>, { world }: OperationContext): Promise<Preview> {
  const kube = world.kube(operation.cluster);
  const live = await getExisting(kube, operation.ref);
  return previewChange(operation, live, await applyFields(kube, operation, live, true));
}

/** Throws MW1210 when the object is not there: server-side apply would make it. */
export async function getExisting(kube: KubePort, ref: KubeRef): Promise<KubeObject> {
  const live = await kube.get(ref);
  if (live === null) throw meshError('MW1210', { object: nameOf(ref), cluster: kube.cluster });
  return live;
}

async function applyFields(
  kube: KubePort,
  { cluster, ref, fields }: OperationOf<'kube.set'>,
  live: KubeObject,
  dryRun: boolean,
): Promise<KubeObject> {
  refuseLists(cluster, ref, fields);
  // An apply replaces all that our manager owns here: what earlier steps set must be said again.
  const all = overlay(ownFields(cluster, ref, live), fields) as Fields;
  return await kube.apply(partialOf(ref, all), { dryRun, ...versionOf(live) });
}

/** The fields that our manager owns by apply, as they are. */
function ownFields(cluster: string, ref: KubeRef, live: KubeObject): Fields {
  const owned = ownApplyPaths(live);
  if ('unreadable' in owned) throw meshError('MW1213', { object: nameOf(ref), cluster, reason: owned.unreadable });
  return fieldsOf(
    owned.paths.flatMap((path) => {
      const found = lookUp(live, path);
      return 'value' in found ? [{ path, value: found.value }] : [];
    }),
  );
}

/** An object with nothing but its name and these fields. */
function partialOf({ apiVersion, kind, namespace, name }: KubeRef, fields: Fields): KubeManifest {
  return overlay(fields, { apiVersion, kind, metadata: { name, namespace } }) as KubeManifest;
}

function versionOf({ metadata: { resourceVersion } }: KubeObject): { resourceVersion?: string } {
  return resourceVersion === undefined ? {} : { resourceVersion };
}

export function holds(live: KubeObject, path: FieldPath, value: unknown): boolean {
  const found = lookUp(live, path);
  return 'value' in found && isSame(found.value, value);
}

/** Owners of list items are told apart by keys that a partial object does not carry, and null would be kept as a value. */
function refuseLists(cluster: string, ref: KubeRef, fields: Fields): void {
  const refused = leavesOf(fields).find(({ value }) => value === null || typeof value === 'object');
  if (refused !== undefined)
    throw meshError('MW1213', {
      object: nameOf(ref),
      cluster,
      reason: `${refused.path.join('.')} is not a text, a number or a truth value`,
    });
}

function describeLeaf({ path, value }: { path: FieldPath; value: unknown }): string {
  return `${path.join('.')}=${JSON.stringify(value)}`;
}
