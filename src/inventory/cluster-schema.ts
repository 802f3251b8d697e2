import { z } from 'zod';
import { leaseSchema, workloadEntrySchema, workloadGroupSchema } from './registration-schema.ts';
import { meshPolicySchema, sidecarScopeSchema } from './policy-schema.ts';
import { labels, port, shortText } from './schema-parts.ts';
import {
  amounts,
  autoscaler,
  gatewayCrd,
  leftover,
  membership,
  meshName,
  resourceQuota,
  unreadList,
} from './surroundings-schema.ts';

const workloadOwner = z.strictObject({
  /** A Helm release, an Argo CD Application, a Flux Kustomization, or a Flux HelmRelease. */
  by: z.enum(['helm', 'argocd', 'flux-kustomize', 'flux-helm']),
  name: shortText,
  /** Of the release, Application, Kustomization or HelmRelease, where its marks say. */
  namespace: shortText.optional(),
});

const kubeWorkload = z.strictObject({
  kind: shortText,
  namespace: shortText,
  name: shortText,
  podLabels: labels,
  selector: labels,
  serviceAccount: shortText,
  replicas: z.int().min(0),
  readyReplicas: z.int().min(0),
  ports: z.array(port),
  /** True when every running pod carries a mesh proxy. */
  meshed: z.boolean(),
  /** True when a rolling update starts a new pod before it takes an old one away. */
  surges: z.boolean(),
  terminationGracePeriodSeconds: z.int().min(0),
  hostNetwork: z.boolean(),
  podAddresses: z.array(shortText),
  /** host:port pairs in its containers' arguments and environment. */
  declares: z.array(z.strictObject({ host: shortText, port, from: z.enum(['command', 'environment']) })).default([]),
  /** The tool that writes this workload from a source of its own; absent when none left its marks. */
  managedBy: workloadOwner.optional(),
  /** Init containers that run to their end before the others begin; not a mesh's own. Absent where nobody looked. */
  initContainers: z.array(shortText).optional(),
  /** User ids that its pods or containers ask for; absent where nobody looked. */
  runsAs: z.array(z.int().min(0)).optional(),
  /** Containers that have ports and no readiness probe; absent where nobody looked. */
  unprobed: z.array(shortText).optional(),
  /** True when a rollout may take all pods away before new ones are there; absent where nobody looked. */
  takesAllAway: z.boolean().optional(),
  /** What its pods ask for by `sidecar.istio.io/nativeSidecar`; absent where they ask for nothing, or nobody looked. */
  nativeSidecar: z.boolean().optional(),
  /** Claims of persistent volumes, by the names that its template has for them; absent where nobody looked. */
  claims: z.array(shortText).optional(),
  /** What one of its pods asks for, its proxy's share left out; absent where nobody looked. */
  requests: amounts.optional(),
  /** Containers that have ports and no preStop hook; absent where nobody looked. */
  withoutPreStop: z.array(shortText).optional(),
  /** Meshes that its pods are in, or that its template asks for; absent where nobody looked. */
  meshes: z.array(membership).optional(),
});

const kubeService = z.strictObject({
  namespace: shortText,
  name: shortText,
  clusterIP: shortText,
  selector: labels,
  ports: z.array(port),
  endpoints: z.array(shortText),
  /** ClusterIP, ExternalName and so on; absent where nobody looked. */
  type: shortText.optional(),
  /** The name that an ExternalName Service stands for. */
  externalName: shortText.optional(),
  /** What the ports say of their protocol and of where they lead; absent where nobody looked. */
  portWords: z
    .array(
      z.strictObject({
        port,
        name: shortText.optional(),
        appProtocol: shortText.optional(),
        /** TCP, UDP or SCTP. */
        protocol: shortText.optional(),
        /** The port of the pods; absent where it has a name that nothing explains. */
        targetPort: port.optional(),
      }),
    )
    .optional(),
});

const meshFacts = z.strictObject({
  provider: z.literal('istio'),
  version: shortText,
  revision: shortText,
  rootNamespace: shortText,
  trustDomain: shortText,
  meshId: shortText,
  clusterId: shortText,
  network: shortText,
  discovery: z.strictObject({ service: shortText, address: shortText, port }),
  /** The mesh-wide ProxyConfig, as installed; a joining VM gets the same. */
  defaultConfig: z.record(z.string(), z.unknown()),
  /** True when proxies refuse what no registry knows (`outboundTrafficPolicy: REGISTRY_ONLY`). */
  registryOnly: z.boolean().default(false),
  /** Namespaces whose pods are injected without asking, by label. */
  injectedNamespaces: z.array(shortText),
  /** What the control plane was told about sidecars as native init containers; absent where it was told nothing, or nobody looked. */
  nativeSidecars: z.enum(['on', 'off', 'auto']).optional(),
  /** The authority that proxies get certificates from; empty for the control plane's own, absent where nobody looked. */
  caAddress: shortText.optional(),
  /** True when a CNI plugin redirects pods, so that no init container needs the right to; absent where nobody looked. */
  cni: z.boolean().optional(),
  /** What each proxy asks for and is limited to, unless a pod says otherwise; absent where nobody looked. */
  proxyResources: z.strictObject({ requests: amounts, limits: amounts }).optional(),
});

const disruptionBudget = z.strictObject({
  namespace: shortText,
  name: shortText,
  /** Null when it selects by more than plain labels. */
  selector: labels.nullable(),
});

const kubeJob = z.strictObject({
  kind: z.enum(['Job', 'CronJob']),
  namespace: shortText,
  name: shortText,
  /** True when its pods refuse injection themselves. */
  optsOut: z.boolean(),
  /** As of a workload. */
  nativeSidecar: z.boolean().optional(),
});

const kubeNamespace = z.strictObject({
  name: shortText,
  /** The Pod Security level that is enforced. */
  podSecurity: shortText.optional(),
  ambient: z.boolean(),
  /** Other meshes that put their proxy into its pods; absent where nobody looked. */
  meshes: z.array(meshName).optional(),
});

const workloadName = z.strictObject({ namespace: shortText, kind: shortText, name: shortText });

/** A call that a NetworkPolicy lets through, with both ends by their own labels and the port that callers use. */
const allowedCall = z.strictObject({ from: workloadName, to: workloadName, port, policy: shortText });

export const clusterFactsSchema = z.strictObject({
  name: shortText,
  /** `files`: told by manifests, and nobody looked at the cluster. Absent: told by its API server. */
  origin: z.literal('files').optional(),
  /** When these facts were read. Absent: at `capturedAt`. */
  readAt: z.iso.datetime().optional(),
  version: shortText,
  uid: shortText,
  mesh: meshFacts.nullable(),
  /** Served versions of the custom resources a plan may need, by CRD name. */
  crds: z.record(shortText, z.array(shortText)),
  workloads: z.array(kubeWorkload),
  services: z.array(kubeService),
  /** Of its NetworkPolicies, as far as they name both ends. */
  allowedCalls: z.array(allowedCall).optional(),
  // Of what follows, each is absent where nobody looked, or nobody could.
  /** Versions of the nodes' kubelets, each once. */
  kubelets: z.array(shortText).optional(),
  /** Namespaces that enforce a Pod Security level or are in ambient mode; any other does neither. */
  namespaces: z.array(kubeNamespace).optional(),
  disruptionBudgets: z.array(disruptionBudget).optional(),
  /** Jobs that have not ended, and CronJobs. */
  jobs: z.array(kubeJob).optional(),
  /** Webhooks that change pods, but for the mesh's own. */
  podWebhooks: z.array(shortText).optional(),
  policies: z.array(meshPolicySchema).optional(),
  /** Objects that narrow what proxies know of the mesh; absent where nobody looked. */
  sidecars: z.array(sidecarScopeSchema).optional(),
  /** In the estate's namespaces. */
  workloadGroups: z.array(workloadGroupSchema).optional(),
  workloadEntries: z.array(workloadEntrySchema).optional(),
  leases: z.array(leaseSchema).optional(),
  quotas: z.array(resourceQuota).optional(),
  autoscalers: z.array(autoscaler).optional(),
  gatewayCrds: z.array(gatewayCrd).optional(),
  /** Whether a policy guards the Gateway API's definitions against another channel and earlier versions. */
  safeUpgrades: z.boolean().optional(),
  leftovers: z.array(leftover).optional(),
  unread: z.array(unreadList).optional(),
});

export type AllowedCall = z.infer<typeof allowedCall>;
export type ClusterFacts = z.infer<typeof clusterFactsSchema>;
export type KubeWorkload = z.infer<typeof kubeWorkload>;
export type WorkloadOwner = z.infer<typeof workloadOwner>;
export type KubeService = z.infer<typeof kubeService>;
export type KubeJob = z.infer<typeof kubeJob>;
export type KubeNamespace = z.infer<typeof kubeNamespace>;
export type DisruptionBudget = z.infer<typeof disruptionBudget>;
export type MeshFacts = z.infer<typeof meshFacts>;
