import type { KubeManifest } from './operation.ts';
import type { MigrationPlan, Stage } from './plan.ts';
import { groupOf } from './rights/resources.ts';

/** An object that a plan creates, by its name. */
export interface ObjectName {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
}

/** What another mesh could read as it is: `core` of Kubernetes, `gateway-api`; or `proprietary`, one mesh's own. */
export type Portability = 'core' | 'gateway-api' | 'proprietary';

/** A kind that a plan creates, and how many of it. */
export interface KindCount {
  group: string;
  kind: string;
  portability: Portability;
  count: number;
  /** Of a proprietary kind: the portable form, or why there is none. Of a portable one: what it leans on all the same. */
  note?: string;
}

/** What of a plan is portable, stage by stage and in all. */
export interface PortabilityReport {
  stages: { stage: string; kinds: KindCount[] }[];
  kinds: KindCount[];
  total: Record<Portability, number>;
}

/**
 * What the portable form of a mesh's own kind would be, by group and kind. After the Gateway API (gateway-api.sigs.k8s.io,
 * "Gateway API for Mesh" and its list of resources) and Istio's reference of each kind.
 */
const portableForms: Readonly<Record<string, string>> = {
  'networking.istio.io VirtualService':
    'portable as a TCPRoute or HTTPRoute of the Gateway API with a Service as its parent; TCPRoute is in the experimental channel',
  'networking.istio.io ServiceEntry':
    'no portable form for a name outside the cluster; a Service without selector and its EndpointSlices make a name inside it',
  'networking.istio.io DestinationRule': 'no portable form: the Gateway API says nothing of connection pools',
  'networking.istio.io Sidecar':
    'no portable form, and none of Linkerd, whose proxies ask for what is called; Kuma has reachableServices and reachableBackends (MeshTrafficPermission where these follow it), Consul the upstreams of a service',
  'networking.istio.io WorkloadGroup': 'no portable form: how a host registers is each mesh’s own',
  'networking.istio.io WorkloadEntry': 'portable in part: an EndpointSlice holds the address, without the identity',
  'security.istio.io PeerAuthentication': 'no portable form: how a mesh refuses plaintext is each mesh’s own',
  'security.istio.io AuthorizationPolicy':
    'portable in part: a NetworkPolicy says who may connect, by pods and addresses and not by identity',
};

/** The objects that no other mesh reads as they are. */
export function proprietaryObjects(stages: readonly Stage[]): ObjectName[] {
  return createdBy(stages)
    .filter(({ apiVersion }) => portabilityOf(apiVersion) === 'proprietary')
    .map(({ apiVersion, kind, metadata: { namespace, name } }) => ({ apiVersion, kind, namespace, name }));
}

/** What a plan creates, by API group and kind. */
export function portability({ stages }: Pick<MigrationPlan, 'stages'>): PortabilityReport {
  const all = createdBy(stages);
  const of = (wanted: Portability): number =>
    all.filter(({ apiVersion }) => portabilityOf(apiVersion) === wanted).length;
  return {
    stages: stages.flatMap((stage) => {
      const kinds = countKinds(createdBy([stage]));
      return kinds.length === 0 ? [] : [{ stage: stage.id, kinds }];
    }),
    kinds: countKinds(all),
    total: { core: of('core'), 'gateway-api': of('gateway-api'), proprietary: of('proprietary') },
  };
}

/** Each object once, in the order in which it is made; what a step puts back is made already. */
function createdBy(stages: readonly Stage[]): KubeManifest[] {
  const operations = stages.flatMap(({ steps }) => steps).flatMap(({ apply }) => apply);
  const made = operations.flatMap((operation) => (operation.op === 'kube.create' ? [operation] : []));
  const keyOf = ({ cluster, manifest: { apiVersion, kind, metadata } }: (typeof made)[number]): string =>
    JSON.stringify([cluster, apiVersion, kind, metadata.namespace, metadata.name]);
  return [...new Map(made.map((one) => [keyOf(one), one.manifest])).values()];
}

/** Groups without a dot, and those of `k8s.io`, are Kubernetes' own (Kubernetes API conventions, "API groups"). */
function portabilityOf(apiVersion: string): Portability {
  const group = groupOf(apiVersion);
  if (group === 'gateway.networking.k8s.io') return 'gateway-api';
  return !group.includes('.') || group.endsWith('.k8s.io') ? 'core' : 'proprietary';
}

function countKinds(manifests: readonly KubeManifest[]): KindCount[] {
  const byKind = Map.groupBy(manifests, ({ apiVersion, kind }) => `${groupOf(apiVersion)} ${kind}`);
  return [...byKind].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([key, own]) => {
    const [first] = own;
    if (first === undefined) return [];
    const { apiVersion, kind } = first;
    const kindOf = portabilityOf(apiVersion);
    const note = kindOf === 'proprietary' ? formOf(key) : leansOn(own);
    return [{ group: groupOf(apiVersion), kind, portability: kindOf, count: own.length, ...(note !== undefined && { note }) }];
  });
}

const formOf = (key: string): string =>
  Object.hasOwn(portableForms, key) ? (portableForms[key] ?? '') : 'whether it has a portable form is not known here';

/** A route may hang on a mesh's own object: the route is portable, and its parent is not. */
function leansOn(manifests: readonly KubeManifest[]): string | undefined {
  const parents = manifests.flatMap(({ spec }) => {
    const refs = (spec as { parentRefs?: unknown } | undefined)?.parentRefs;
    return Array.isArray(refs) ? (refs as { group?: unknown; kind?: unknown }[]) : [];
  });
  const foreign = parents.filter(({ group }) => typeof group === 'string' && portabilityOf(`${group}/v1`) === 'proprietary');
  const kinds = [...new Set(foreign.map(({ group, kind }) => `${String(kind)} (${String(group)})`))].toSorted();
  return kinds.length === 0 ? undefined : `its parent is a ${kinds.join(', ')}, which is not portable`;
}
