import { meshError } from '../../../errors/index.ts';
import type { OperationOf } from '../../../plans/operation.ts';
import type { KubeObject, KubePort } from '../../../ports/contracts.ts';
import type { OperationContext, OperationHandler, Preview } from '../../handler.ts';
import { retryStale } from './conflicts.ts';
import { type FieldPath, type Fields, isHollow, leavesOf, lookUp, withoutPath, withValue } from './field-tree.ts';
import { hasTraces, otherOwners, ownsPathByApply, withoutOwnership, withoutTraces } from './managed-fields.ts';
import { nameOf } from './ownership.ts';
import { openPreImages, type PreImage } from './pre-images.ts';
import { previewChange, previewNote } from './preview.ts';
import { getExisting, holds } from './set.ts';

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
    if (live !== null && image === null && ownsAny(live, fields))
      throw meshError('MW1214', { object: nameOf(ref), cluster, run: stamp.run });
    const observed =
      live === null
        ? `${nameOf(ref)} is gone`
        : image === null
          ? `${nameOf(ref)}: nothing of ours`
          : await giveBack(kube, operation, image, async () => void (await images.read(ref, fields)));
    await images.drop(ref, fields);
    return [observed];
  },

  preview: (operation, context) => retryStale(() => previewOnce(operation, context)),
};

async function previewOnce(operation: Unset, { world, stamp }: OperationContext): Promise<Preview> {
  const kube = world.kube(operation.cluster);
  const live = await getExisting(kube, operation.ref);
  const image = await openPreImages(kube, stamp).read(operation.ref, operation.fields);
  if (image === null)
    return previewNote(operation, 'none', 'nothing to give back: the fields were not set by this run');
  return previewChange(operation, live, await kube.replace(givenBack(live, operation.fields, image), { dryRun: true }));
}

/**
 * Puts back values and ownership in one update, under the resourceVersion seen. (An apply that leaves the fields out
 * would do for most, but makes null of an object whose last field goes.) A former value that nobody owned counts
 * as ours once it is written, so a second update gives that up too.
 *
 * @param refuseFormer asked after each reading, as in `kube.set`: the object itself carries no token
 */
async function giveBack(
  kube: KubePort,
  { ref, fields }: Unset,
  image: PreImage,
  refuseFormer: () => Promise<void>,
): Promise<string> {
  const update = (change: (live: KubeObject) => KubeObject): Promise<KubeObject> =>
    retryStale(async () => {
      const live = await getExisting(kube, ref);
      await refuseFormer();
      return await kube.replace(change(live));
    });
  const back = await update((live) => givenBack(live, fields, image));
  const traces = image.leaves.flatMap(({ path }) => path.map((_name, index) => path.slice(0, index + 1)));
  if (hasTraces(back, traces)) await update((live) => withoutTraces(live, traces));
  const left = image.leaves
    .filter(({ path, before }) => !isAsBefore(back, path, before))
    .map(({ path }) => `${path.join('.')} left to ${otherOwners(back, path).join(', ')}`);
  return [`${nameOf(ref)}: given back (generation ${back.metadata.generation ?? 'unknown'})`, ...left].join('; ');
}

/** The object as it was before, and our ownership of these fields gone from its managed fields. Pure. */
function givenBack(live: KubeObject, fields: Fields, image: PreImage): KubeObject {
  return withoutOwnership(
    restored(live, image),
    leavesOf(fields).map(({ path }) => path),
  );
}

/** The object as it was before, but for fields that have another owner now. Pure. */
function restored(live: KubeObject, image: PreImage): KubeObject {
  const free = image.leaves.filter(
    ({ path, before }) => !isAsBefore(live, path, before) && otherOwners(live, path).length === 0,
  );
  const values = free.reduce<Fields>(
    (object, { path, before }) =>
      'missingFrom' in before ? withoutPath(object, path) : withValue(object, path, before.value),
    live,
  );
  return image.leaves.reduce<Fields>(
    (object, { path, before }) => ('missingFrom' in before ? withoutHollow(object, path, before.missingFrom) : object),
    values,
  ) as KubeObject;
}

/** Takes away the parents that were not there before and hold nothing now. */
function withoutHollow(object: Fields, path: FieldPath, missingFrom: number): Fields {
  const parent = path.slice(0, missingFrom + 1);
  const found = parent.length < path.length ? lookUp(object, parent) : { missingFrom };
  return 'value' in found && isHollow(found.value) ? withoutPath(object, parent) : object;
}

function ownsAny(live: KubeObject, fields: Fields): boolean {
  return leavesOf(fields).some(({ path }) => ownsPathByApply(live, path));
}

function isRestored(live: KubeObject, image: PreImage): boolean {
  return image.leaves.every(({ path, before }) => isAsBefore(live, path, before) || otherOwners(live, path).length > 0);
}

function isAsBefore(live: KubeObject, path: FieldPath, before: PreImage['leaves'][number]['before']): boolean {
  return 'value' in before ? holds(live, path, before.value) : 'missingFrom' in lookUp(live, path);
}
