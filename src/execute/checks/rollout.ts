import type { Answer } from '../../plans/check.ts';
import type { KubeObject } from '../../ports/contracts.ts';

/** The sidecar's name, as a container or, where it is a native sidecar, as an init container. */
export const PROXY_CONTAINER = 'istio-proxy';

interface PodParts {
  spec?: { containers?: { name?: string }[]; initContainers?: { name?: string }[] };
  status?: { phase?: string; conditions?: { type?: string; status?: string }[] };
}

interface WorkloadParts {
  spec?: {
    replicas?: number;
    selector?: {
      matchLabels?: Record<string, string>;
      matchExpressions?: { key: string; operator: string; values?: string[] }[];
    };
  };
  status?: Record<string, number | undefined> & { conditions?: unknown };
}

const yes: Answer = { answer: 'yes' };
const no = (why: string): Answer => ({ answer: 'no', why });

export function hasProxy(pod: KubeObject): boolean {
  const { containers = [], initContainers = [] } = (pod as PodParts).spec ?? {};
  return [...containers, ...initContainers].some(({ name }) => name === PROXY_CONTAINER);
}

export function isReady(pod: KubeObject): boolean {
  return ((pod as PodParts).status?.conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');
}

export function isTerminating(pod: KubeObject): boolean {
  return pod.metadata['deletionTimestamp'] !== undefined;
}

/** False for a pod that has run to its end: it serves nobody. */
export function isLive(pod: KubeObject): boolean {
  const phase = (pod as PodParts).status?.phase;
  return phase !== 'Succeeded' && phase !== 'Failed';
}

/** The workload's selector in the API's own notation. */
export function selectorOf(workload: KubeObject): string {
  const { matchLabels = {}, matchExpressions = [] } = (workload as unknown as WorkloadParts).spec?.selector ?? {};
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    return operator === 'DoesNotExist' ? `!${key}` : `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return [...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`), ...expressions].join(',');
}

/**
 * Whether every replica runs the present template, is ready, and carries a proxy or none, and nothing of
 * an earlier template is left, not even on its way out. Pure.
 */
export function judgeRollout(workload: KubeObject, pods: readonly KubeObject[], proxy: boolean): Answer {
  const controller = judgeController(workload);
  if (controller.answer !== 'yes') return controller;
  const live = pods.filter(isLive);
  const leaving = live.filter(isTerminating);
  if (leaving.length > 0)
    return no(`${leaving.length} pod(s) are still terminating, ${leaving[0]?.metadata.name} among them`);
  const wanted = replicasOf(workload);
  if (live.length !== wanted) return no(`${live.length} pod(s) are there; ${wanted} are wanted`);
  const unready = live.find((pod) => !isReady(pod));
  if (unready !== undefined) return no(`pod ${unready.metadata.name} is not ready`);
  const odd = live.find((pod) => hasProxy(pod) !== proxy);
  return odd === undefined
    ? yes
    : no(`pod ${odd.metadata.name} ${proxy ? 'carries no proxy' : 'still carries a proxy'}`);
}

function judgeController(workload: KubeObject): Answer {
  const { status = {} } = workload as unknown as WorkloadParts;
  if (status['observedGeneration'] !== workload.metadata.generation)
    return no('its controller has not seen the present generation');
  const wanted = replicasOf(workload);
  const isDaemonSet = workload.kind === 'DaemonSet';
  const updated = (isDaemonSet ? status['updatedNumberScheduled'] : status['updatedReplicas']) ?? 0;
  const ready = (isDaemonSet ? status['numberReady'] : status['readyReplicas']) ?? 0;
  const total = (isDaemonSet ? status['currentNumberScheduled'] : status['replicas']) ?? 0;
  if (updated === wanted && ready === wanted && total === wanted) return yes;
  return no(`${updated} of ${wanted} replica(s) updated, ${ready} ready, ${total} in all`);
}

function replicasOf(workload: KubeObject): number {
  const { spec, status } = workload as unknown as WorkloadParts;
  return workload.kind === 'DaemonSet' ? (status?.['desiredNumberScheduled'] ?? 0) : (spec?.replicas ?? 1);
}
