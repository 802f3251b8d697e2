import { z } from 'zod';
import { labels, shortText } from './schema-parts.ts';

const policyScope = {
  namespace: shortText,
  name: shortText,
  /** Empty: everything in the namespace, or in the mesh if it is the root's. */
  selector: labels,
};

/** `UNSET`: what a wider policy says. */
const mtlsMode = z.enum(['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET']);

const peerAuthentication = z.strictObject({
  kind: z.literal('PeerAuthentication'),
  ...policyScope,
  /** Of several that decide the same the oldest does; absent where the cluster does not say. */
  createdAt: shortText.optional(),
  mode: mtlsMode,
  /** By the workload's own port, not the Service's. Without a selector they mean nothing. */
  portModes: z.record(z.string().regex(/^\d{1,5}$/), mtlsMode),
});

const authorizationPolicy = z.strictObject({
  kind: z.literal('AuthorizationPolicy'),
  ...policyScope,
  /** Whether a rule refuses who has no identity; `unknown` where an authorizer of its own decides. */
  asksIdentity: z.enum(['yes', 'no', 'unknown']),
});

/** A policy of the mesh that may refuse a caller without an identity, and that proxies of workloads heed. */
export const meshPolicySchema = z.discriminatedUnion('kind', [peerAuthentication, authorizationPolicy]);

export type MeshPolicy = z.infer<typeof meshPolicySchema>;
export type MtlsMode = z.infer<typeof mtlsMode>;
export type PeerAuthentication = z.infer<typeof peerAuthentication>;
export type AuthorizationPolicy = z.infer<typeof authorizationPolicy>;

/** An object of the mesh that tells proxies of some services alone. */
export const sidecarScopeSchema = z.strictObject({
  ...policyScope,
  /** `namespace/host`, as Istio writes it; empty where it limits nothing. */
  hosts: z.array(shortText),
  /** True when its proxies refuse what no registry knows. */
  registryOnly: z.boolean(),
});

export type SidecarScope = z.infer<typeof sidecarScopeSchema>;
