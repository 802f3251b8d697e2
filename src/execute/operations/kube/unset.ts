import { meshError } from '../../../errors/index.ts';
import type { OperationOf } from '../../../plans/operation.ts';
import type { KubeObject, KubePort } from '../../../ports/contracts.ts';
import type { OperationHandler } from '../../handler.ts';
import { retryStale } from './conflicts.ts';
import { type FieldPath, type Fields, isHollow, isSame, leavesOf, lookUp, withoutPath, withValue } from './field-tree.ts';
import { entriesOf, otherOwners, ownApplyPaths, withoutOwnTraces } from './managed-fields.ts';
import { nameOf } from './ownership.ts';
import { openPreImages, type PreImage } from './pre-images.ts';
import { previewChange, previewNote } from './preview.ts';
import { getExisting, holds, ownFields, partialOf, versionOf } from './set.ts';

type Unset = OperationOf<'kube.unset'>;

/**
 * Gives fields back what they held before `kube.set`. A field that somebody else took over meanwhile is left to them,
 * and said. Afterwards neither the object nor its managed fields show that we were there.
 */
export const kubeUnset: OperationHandler<'kube.unset'> = {
  probe: async ({ cluster, ref, fields }, { world, stamp }) => {
    const kube = world.kube(cluster);
    const live = await kube.get(ref);
    const image = await openPreImages(kube, stamp).read(ref, fields);
    if (image === null) return { state: live === null || !ownsAny(live, fields) ? 'done' : 'not-done' };
    return { state: live === null || (!ownsAny(live, fields) && isRestored(live, image)) ? 'partial' : 'not-done' };
  },

  // The pre-image is what `kube.set` kept.
  remember: () => Promise.resolve([]),

  apply: async (operation, { world, stamp }) => {
    const { cluster, ref, fields } = operation;
    const kube = world.kube(cluster);
    const images = openPreImages(kube, stamp);
    const image = await images.read(ref, fields);
    const live = await kube.get(ref);
    if (live !== null && image === null && ownsAny(live, fields)) throw meshError('MW1214', { object: nameOf(ref), cluster, run: stamp.run });
    const observed = live === null ? `${nameOf(ref)} is gone` : image === null ? `${nameOf(ref)}: nothing of ours` : await giveBack(kube, operation, image);
    await images.drop(ref, fields);
    return [observed];
  },

  preview: async (operation, { world, stamp }) => {
    const kube = world.kube(operation.cluster);
    const live = await getExisting(kube, operation.ref);
    const image = await openPreImages(kube, stamp).read(operation.ref, operation.fields);
    if (image === null) return previewNote(operation, 'none', 'nothing to give back: the fields were not set by this run');
    return previewChange(operation, live, restored(await release(kube, operation, live, true), image));
  },
};

async function giveBack(kube: KubePort, operation: Unset, image: PreImage): Promise<string> {
  const released = await retryStale(async () => release(kube, operation, await getExisting(kube, operation.ref), false));
  const back = await restore(kube, operation, released, image);
  const left = image.leaves.filter(({ path, before }) => !isAsBefore(back, path, before)).map(({ path }) => `${path.join('.')} left to ${otherOwners(back, path).join(', ')}`);
  return [`${nameOf(operation.ref)}: given back (generation ${back.metadata.generation ?? 'unknown'})`, ...left].join('; ');
}

/** Gives up our ownership: fields that nobody else owns go, all at once; what other steps of ours set stays. */
async function release(kube: KubePort, { cluster, ref, fields }: Unset, live: KubeObject, dryRun: boolean): Promise<KubeObject> {
  if (!ownsAny(live, fields)) return live;
  const kept = ownFields(cluster, ref, live, leavesOf(fields).map(({ path }) => path));
  return await kube.apply(partialOf(ref, kept), { dryRun, ...versionOf(live) });
}

/**
 * Writes back what giving up ownership does not bring back: a former value that nobody owned, or the absence of
 * an object that is now empty. An update leaves a trace in the managed fields; a second one takes it away.
 */
async function restore(kube: KubePort, { ref }: Unset, released: KubeObject, image: PreImage): Promise<KubeObject> {
  if (isSame(restored(released, image), released)) return released;
  return await retryStale(async () => {
    const live = await getExisting(kube, ref);
    const written = await kube.replace(restored(live, image));
    const entries = withoutOwnTraces(written, image.leaves.flatMap(({ path }) => path.map((_name, index) => path.slice(0, index + 1))));
    if (entries.length === entriesOf(written).length) return written;
    return await kube.replace({ ...written, metadata: { ...written.metadata, managedFields: entries } });
  });
}

/** The object as it was before, but for fields that have another owner now. Pure. */
function restored(live: KubeObject, image: PreImage): KubeObject {
  const free = image.leaves.filter(({ path, before }) => !isAsBefore(live, path, before) && otherOwners(live, path).length === 0);
  const values = free.reduce<Fields>((object, { path, before }) => ('missingFrom' in before ? withoutPath(object, path) : withValue(object, path, before.value)), live);
  return image.leaves.reduce<Fields>((object, { path, before }) => ('missingFrom' in before ? withoutHollow(object, path, before.missingFrom) : object), values) as KubeObject;
}

/** Takes away the parents that were not there before and hold nothing now. */
function withoutHollow(object: Fields, path: FieldPath, missingFrom: number): Fields {
  const parent = path.slice(0, missingFrom + 1);
  const found = parent.length < path.length ? lookUp(object, parent) : { missingFrom };
  return 'value' in found && isHollow(found.value) ? withoutPath(object, parent) : object;
}

function ownsAny(live: KubeObject, fields: Fields): boolean {
  const owned = ownApplyPaths(live);
  return 'unreadable' in owned || leavesOf(fields).some(({ path }) => owned.paths.some((own) => isSame(own, path)));
}

function isRestored(live: KubeObject, image: PreImage): boolean {
  return image.leaves.every(({ path, before }) => isAsBefore(live, path, before) || otherOwners(live, path).length > 0);
}

function isAsBefore(live: KubeObject, path: FieldPath, before: PreImage['leaves'][number]['before']): boolean {
  return 'value' in before ? holds(live, path, before.value) : 'missingFrom' in lookUp(live, path);
}
