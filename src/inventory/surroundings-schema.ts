import { z } from 'zod';
import { shortText } from './schema-parts.ts';

/** Meshes that pods may be in; `istio-ambient` has no proxy in the pod. */
export const meshName = z.enum(['istio', 'istio-ambient', 'linkerd', 'consul', 'kuma']);

/** A mesh that a workload is in, or asks for. */
export const membership = z.strictObject({
  mesh: meshName,
  /** `pods`: a running pod carries its proxy or is redirected; `template`: its template asks for it. */
  by: z.enum(['pods', 'template']),
});

/** CPU in thousandths of a core, memory in bytes, pods as a number. */
export const amounts = z.strictObject({
  cpu: z.number().min(0).optional(),
  memory: z.number().min(0).optional(),
  pods: z.number().min(0).optional(),
});

export const resourceQuota = z.strictObject({
  namespace: shortText,
  name: shortText,
  /** What all pods of the namespace may ask for together, and what they do; of what it does not limit, nothing. */
  requests: z.strictObject({ hard: amounts, used: amounts }),
  limits: z.strictObject({ hard: amounts, used: amounts }),
  /** It counts some pods only, such as those of a priority. */
  isScoped: z.boolean(),
});

export const autoscaler = z.strictObject({
  namespace: shortText,
  name: shortText,
  target: z.strictObject({ kind: shortText, name: shortText }),
  minReplicas: z.int().min(0),
  maxReplicas: z.int().min(0),
  /** Resources of the whole pod, the proxy's among them, that it scales by the share of: `cpu`, `memory`. */
  byShareOf: z.array(shortText),
});

/** A definition of the Gateway API, by the marks that its bundle leaves on it. */
export const gatewayCrd = z.strictObject({
  name: shortText,
  channel: shortText.optional(),
  bundleVersion: shortText.optional(),
});

/** Objects of a kind that no program acts on any more; null where nobody could count them. */
export const leftover = z.strictObject({ crd: shortText, objects: z.int().min(0).nullable() });

/** A list that discovery could not have. */
export const unreadList = z.strictObject({ what: shortText, reason: shortText });

export type MeshName = z.infer<typeof meshName>;
export type Membership = z.infer<typeof membership>;
export type Amounts = z.infer<typeof amounts>;
export type ResourceQuota = z.infer<typeof resourceQuota>;
export type Autoscaler = z.infer<typeof autoscaler>;
export type GatewayCrd = z.infer<typeof gatewayCrd>;
export type Leftover = z.infer<typeof leftover>;
export type UnreadList = z.infer<typeof unreadList>;
