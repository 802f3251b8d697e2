import { isMeshError } from '../../errors/mesh-error.ts';
import type { KubeObject, KubePort } from '../../ports/contracts.ts';

/** Objects that no move needs and an assessment likes to know; null where this user may not list them, or the cluster does not serve them. */
export interface RawSurroundings {
  nodes: KubeObject[] | null;
  disruptionBudgets: KubeObject[] | null;
  jobs: KubeObject[] | null;
  webhooks: KubeObject[] | null;
  policies: KubeObject[] | null;
}

type Kind = readonly [apiVersion: string, kind: string];

const jobKinds: readonly Kind[] = [
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
];
const policyKinds: readonly Kind[] = [
  ['security.istio.io/v1', 'PeerAuthentication'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
];

/** Lists what stands around the workloads. A right or a kind that is missing loses that list alone. */
export async function readSurroundings(
  kube: KubePort,
  namespaces: readonly string[],
  rootNamespace: string | undefined,
): Promise<RawSurroundings> {
  const everywhere = [...new Set([...namespaces, ...(rootNamespace === undefined ? [] : [rootNamespace])])];
  const [nodes, disruptionBudgets, jobs, webhooks, policies] = await Promise.all([
    listAll(kube, [['v1', 'Node']]),
    listAll(kube, [['policy/v1', 'PodDisruptionBudget']], namespaces),
    listAll(kube, jobKinds, namespaces),
    listAll(kube, [['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration']]),
    listAll(kube, policyKinds, everywhere),
  ]);
  return { nodes, disruptionBudgets, jobs, webhooks, policies };
}

/** Null where a right is missing, or the kind is not served in that version. */
export async function listAll(
  kube: KubePort,
  kinds: readonly Kind[],
  namespaces?: readonly string[],
): Promise<KubeObject[] | null> {
  const queries = kinds.flatMap(([apiVersion, kind]) =>
    namespaces === undefined
      ? [{ apiVersion, kind }]
      : namespaces.map((namespace) => ({ apiVersion, kind, namespace })),
  );
  try {
    return (await Promise.all(queries.map((query) => kube.list(query)))).flat();
  } catch (error) {
    // A kind may be served in another version than the one asked for: what is there is not known then.
    if (isMeshError(error, 'MW1203') || isMeshError(error, 'MW1204')) return null;
    throw error;
  }
}
