import type { KubeObject } from '../../../ports/contracts.ts';
import type { KubeManifest } from '../../../plans/operation.ts';
import type { Stamp } from '../../handler.ts';

/** The labels and annotations that say whose an object is. On the object only: a stamp on a pod template would restart pods. */
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const RUN_LABEL = 'meshway.dev/run';
export const PLAN_ANNOTATION = 'meshway.dev/plan';
export const STEP_ANNOTATION = 'meshway.dev/step';
export const TOKEN_ANNOTATION = 'meshway.dev/token';
const OURS = 'meshway';

/** `token`: it is this run's, and a later holder with this greater token has stamped it. */
export type Ownership = { ours: true } | { ours: false; who: string; token?: string };

/** Selects everything we made, or what one run made. */
export function ownedSelector(run?: string): string {
  const all = `${MANAGED_BY_LABEL}=${OURS}`;
  return run === undefined ? all : `${all},${RUN_LABEL}=${run}`;
}

/** The object with the stamp of its run, step and holder; the rest of it untouched. */
export function stampObject<T extends KubeManifest | KubeObject>(object: T, stamp: Stamp): T {
  const { labels, annotations } = object.metadata as Pick<KubeObject['metadata'], 'labels' | 'annotations'>;
  const metadata = {
    ...object.metadata,
    labels: { ...labels, [MANAGED_BY_LABEL]: OURS, [RUN_LABEL]: stamp.run },
    annotations: {
      ...annotations,
      [PLAN_ANNOTATION]: stamp.planDigest,
      [STEP_ANNOTATION]: stamp.step,
      [TOKEN_ANNOTATION]: String(stamp.token),
    },
  };
  return { ...object, metadata };
}

/** True for an object of any run of ours. */
export function isManaged(object: KubeObject): boolean {
  return object.metadata.labels?.[MANAGED_BY_LABEL] === OURS;
}

/**
 * Whether this holder of this run may change the object. What another run left is foreign, and so is
 * what a newer holder of the same run has restamped: a stale holder must not win by reading again.
 */
export function ownershipOf(object: KubeObject, stamp: Stamp): Ownership {
  if (!isManaged(object)) return { ours: false, who: describeOwner(object) };
  const run = object.metadata.labels?.[RUN_LABEL] ?? 'unknown';
  if (run !== stamp.run) return { ours: false, who: `meshway run ${run}` };
  const { [PLAN_ANNOTATION]: plan, [TOKEN_ANNOTATION]: token } = object.metadata.annotations ?? {};
  if (plan !== stamp.planDigest)
    return { ours: false, who: `meshway run ${run} with another plan (${plan ?? 'none'})` };
  if (!(Number(token) <= stamp.token))
    return { ours: false, who: `a later holder of run ${run}`, token: token ?? 'missing' };
  return { ours: true };
}

/** Who manages an object that is not ours, as far as the object says. */
export function describeOwner(object: KubeObject): string {
  const label = object.metadata.labels?.[MANAGED_BY_LABEL];
  const managers = (object.metadata.managedFields ?? [])
    .filter((entry) => (entry as { subresource?: string }).subresource !== 'status')
    .map((entry) => entry.manager ?? '');
  const names = [...new Set([...(label === undefined ? [] : [label]), ...managers])].filter(
    (name) => name !== '' && name !== OURS,
  );
  if (names.length > 0) return names.join(', ');
  return managers.includes(OURS) ? 'meshway once, but its stamp is gone' : 'somebody who left no name';
}

/** `Deployment shop/web`, for messages. */
export function nameOf(object: { kind: string; namespace: string; name: string }): string {
  return object.namespace === ''
    ? `${object.kind} ${object.name}`
    : `${object.kind} ${object.namespace}/${object.name}`;
}

/** The reference of an object or a manifest. */
export function refOf({ apiVersion, kind, metadata }: KubeManifest | KubeObject): {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
} {
  return { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name };
}
