import { createHash } from 'node:crypto';
import { z } from 'zod';
import { meshError } from '../../../errors/index.ts';
import type { KubeRef } from '../../../plans/operation.ts';
import { preImageSecret } from '../../../plans/owned-kinds.ts';
import type { KubeObject, KubePort } from '../../../ports/contracts.ts';
import type { Stamp } from '../../handler.ts';
import { retryStale } from './conflicts.ts';
import { type Fields, leavesOf, lookUp } from './field-tree.ts';
import { refuseForeign } from './foreign.ts';
import { nameOf, stampObject } from './ownership.ts';

const preImageSchema = z.strictObject({
  object: z.strictObject({
    apiVersion: z.string(),
    kind: z.string(),
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
  }),
  leaves: z.array(
    z.strictObject({
      path: z.array(z.string()),
      before: z.union([z.strictObject({ value: z.unknown() }), z.strictObject({ missingFrom: z.int() })]),
    }),
  ),
});

/** What fields of one object held before a step: the value, or how deep their path went. */
export type PreImage = z.infer<typeof preImageSchema>;

/**
 * The pre-images of one run, kept with the target: the Secret `meshway-<run>` in the namespace of the objects,
 * one key per step and set of fields. It goes when its last key goes.
 */
export interface PreImages {
  /** Records what the object holds now, unless this step recorded it before: the first record wins. Says where. */
  record(live: KubeObject, ref: KubeRef, fields: Fields): Promise<string>;
  /** Null when nothing was recorded. Throws MW1407 when a newer holder has taken the record over. */
  read(ref: KubeRef, fields: Fields): Promise<PreImage | null>;
  drop(ref: KubeRef, fields: Fields): Promise<void>;
}

export function openPreImages(kube: KubePort, stamp: Stamp): PreImages {
  const find = async (ref: KubeRef): Promise<KubeObject | null> => {
    const secret = await kube.get(secretRef(stamp.run, ref));
    if (secret !== null) refuseForeign(secret, stamp);
    return secret;
  };
  return {
    record: (live, ref, fields) =>
      retryStale(async () => {
        const secret = await find(ref);
        const key = keyOf(stamp.step, ref, fields);
        if (secret === null)
          await kube.create(
            stampObject(newSecret(stamp.run, ref, { [key]: encode(imageOf(live, ref, fields)) }), stamp),
          );
        else if (!(key in dataOf(secret)))
          await kube.replace(
            stampObject({ ...secret, data: { ...dataOf(secret), [key]: encode(imageOf(live, ref, fields)) } }, stamp),
          );
        return `${nameOf(secretRef(stamp.run, ref))} key ${key}`;
      }),
    read: async (ref, fields) => {
      const encoded = dataOf(await find(ref))[keyOf(stamp.step, ref, fields)];
      return encoded === undefined ? null : decode(kube.cluster, nameOf(secretRef(stamp.run, ref)), encoded);
    },
    drop: (ref, fields) =>
      retryStale(async () => {
        const secret = await find(ref);
        const { [keyOf(stamp.step, ref, fields)]: dropped, ...data } = dataOf(secret);
        if (secret === null || dropped === undefined) return;
        await (Object.keys(data).length === 0
          ? kube.remove(secret)
          : kube.replace(stampObject({ ...secret, data }, stamp)));
      }),
  };
}

/** Where the pre-images of a run are kept for an object. A Namespace keeps its own. */
export function secretRef(run: string, ref: KubeRef): KubeRef {
  const namespace = ref.kind === 'Namespace' && ref.apiVersion === 'v1' ? ref.name : ref.namespace;
  return { apiVersion: 'v1', kind: 'Secret', namespace, name: preImageSecret(run) };
}

/** One key per step, object and set of fields; the step is readable, the hash tells apart what it sets. */
export function keyOf(step: string, ref: KubeRef, fields: Fields): string {
  const paths = leavesOf(fields)
    .map(({ path }) => path)
    .sort();
  const identity = JSON.stringify([step, ref.apiVersion, ref.kind, ref.namespace, ref.name, paths]);
  return `${step.replaceAll(/[^A-Za-z0-9.-]+/g, '_').slice(0, 200)}.${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`;
}

function imageOf(live: KubeObject, ref: KubeRef, fields: Fields): PreImage {
  const { apiVersion, kind, namespace, name } = ref;
  const leaves = leavesOf(fields).map(({ path }) => ({ path: [...path], before: lookUp(live, path) }));
  return { object: { apiVersion, kind, namespace, name, uid: live.metadata.uid ?? '' }, leaves };
}

function newSecret(
  run: string,
  ref: KubeRef,
  data: Record<string, string>,
): {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
  type: string;
  data: Record<string, string>;
} {
  const { namespace, name } = secretRef(run, ref);
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'meshway.dev/pre-images', data };
}

function dataOf(secret: KubeObject | null): Record<string, string> {
  return (secret?.['data'] as Record<string, string> | undefined) ?? {};
}

function encode(image: PreImage): string {
  return Buffer.from(JSON.stringify(image), 'utf8').toString('base64');
}

function decode(cluster: string, object: string, encoded: string): PreImage {
  try {
    return preImageSchema.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  } catch (error) {
    throw meshError(
      'MW1209',
      { cluster, object, reason: 'a pre-image in it is not as it was written' },
      { cause: error },
    );
  }
}
