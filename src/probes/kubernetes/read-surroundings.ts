import { isMeshError } from '../../errors/mesh-error.ts';
import type { Leftover, UnreadList } from '../../inventory/schema.ts';
import type { KubeListQuery, KubeObject } from '../../ports/contracts.ts';
import { keepLean, keepMarks } from './keep.ts';
import { keepWorkload } from './keep-workload.ts';
import type { Lister } from './lister.ts';

/** Objects that no move needs and an assessment likes to know; null where this user may not list them, or the cluster does not serve them. */
export interface RawSurroundings {
  nodes: KubeObject[] | null;
  disruptionBudgets: KubeObject[] | null;
  jobs: KubeObject[] | null;
  webhooks: KubeObject[] | null;
  policies: KubeObject[] | null;
  // Of what follows, each is absent in older captures.
  networkPolicies?: KubeObject[] | null;
  sidecars?: KubeObject[] | null;
  quotas?: KubeObject[] | null;
  autoscalers?: KubeObject[] | null;
  /** Bindings of ValidatingAdmissionPolicies. */
  admissionBindings?: KubeObject[] | null;
  leftovers?: Leftover[];
  /** What this user may not list, or what came instead of a list. */
  unread?: UnreadList[];
}

type Kind = readonly [apiVersion: string, kind: string];
type Keep = NonNullable<KubeListQuery['keep']>;

const admission = 'admissionregistration.k8s.io/v1';
const jobKinds: readonly Kind[] = [
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
];
const policyKinds: readonly Kind[] = [
  ['security.istio.io/v1', 'PeerAuthentication'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
];

/** Lists what stands around the workloads. A right or a kind that is missing loses that list alone. */
export async function readSurroundings(lister: Lister, rootNamespace: string | undefined): Promise<RawSurroundings> {
  const unread: UnreadList[] = [];
  const more = rootNamespace === undefined ? [] : [rootNamespace];
  const here = (kinds: readonly Kind[], keep: Keep, options = {}): Promise<KubeObject[] | null> =>
    listOrSay(unread, kinds, ([apiVersion, kind]) => lister.inNamespaces(apiVersion, kind, keep, options));
  const wide = (kind: Kind, keep: Keep, only?: 'metadata'): Promise<KubeObject[] | null> =>
    listOrSay(unread, [kind], ([apiVersion, name]) => lister.everywhere(apiVersion, name, keep, only && { only }));
  const [
    nodes,
    disruptionBudgets,
    jobs,
    webhooks,
    policies,
    sidecars,
    networkPolicies,
    quotas,
    autoscalers,
    admissionBindings,
  ] = await Promise.all([
    wide(['v1', 'Node'], keepNode),
    here([['policy/v1', 'PodDisruptionBudget']], keepLean),
    here(jobKinds, keepWorkload),
    wide([admission, 'MutatingWebhookConfiguration'], keepLean),
    here(policyKinds, keepLean, { more }),
    here([['networking.istio.io/v1', 'Sidecar']], keepLean, { more }),
    here([['networking.k8s.io/v1', 'NetworkPolicy']], keepLean),
    here([['v1', 'ResourceQuota']], keepLean),
    here([['autoscaling/v2', 'HorizontalPodAutoscaler']], keepLean),
    wide([admission, 'ValidatingAdmissionPolicyBinding'], keepMarks, 'metadata'),
  ]);
  return {
    ...{ nodes, disruptionBudgets, jobs, webhooks, policies },
    ...{ sidecars, networkPolicies, quotas, autoscalers, admissionBindings, unread },
  };
}

/**
 * The lists of some kinds, or null where one of them cannot be had. A kind may be served in another version than the one
 * asked for: what is there is not known then. That somebody may not ask, or gets no list, is said.
 */
export async function listOrSay(
  unread: UnreadList[],
  kinds: readonly Kind[],
  list: (kind: Kind) => Promise<KubeObject[]>,
): Promise<KubeObject[] | null> {
  try {
    return (await Promise.all(kinds.map(list))).flat();
  } catch (error) {
    if (isMeshError(error, 'MW1204')) return null;
    if (!isMeshError(error, 'MW1203') && !isMeshError(error, 'MW1209')) throw error;
    const what = kinds.map(([, kind]) => kind).join(', ');
    unread.push({ what, reason: error.causeText.slice(0, 500) });
    return null;
  }
}

/** Of a node the version of its kubelet, and nothing of its images and conditions. */
function keepNode({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  const { nodeInfo } = (rest['status'] ?? {}) as { nodeInfo?: unknown };
  return { apiVersion, kind, metadata: { name: metadata.name }, status: { nodeInfo } };
}
