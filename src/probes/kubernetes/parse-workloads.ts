import type { KubeWorkload } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { readDeclares, type ContainerWords } from './parse-declares.ts';
import { ownerOf } from './parse-owner.ts';
import { podHabits, type HabitualContainer, type HabitualPod } from './parse-habits.ts';

const proxyContainer = 'istio-proxy';

interface Container extends ContainerWords, HabitualContainer {
  name?: string;
  ports?: { containerPort?: number; protocol?: string }[];
}

interface PodSpec extends HabitualPod {
  containers?: Container[];
  initContainers?: Container[];
  serviceAccountName?: string;
  terminationGracePeriodSeconds?: number;
  hostNetwork?: boolean;
}

interface Strategy {
  type?: string;
  rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
}

interface WorkloadSpec {
  replicas?: number;
  selector?: { matchLabels?: Record<string, string>; matchExpressions?: readonly unknown[] };
  strategy?: Strategy;
  updateStrategy?: Strategy;
  template?: { metadata?: { labels?: Record<string, string> }; spec?: PodSpec };
}

/**
 * Explains workloads by their templates and by the pods that run.
 *
 * @param services of the same namespaces: their short names count as hosts in a workload's environment
 */
export function parseWorkloads(
  workloads: readonly KubeObject[],
  pods: readonly KubeObject[],
  services: readonly KubeObject[] = [],
): KubeWorkload[] {
  const named = Map.groupBy(services, ({ metadata }) => metadata.namespace ?? '');
  const known = new Map(
    [...named].map(([namespace, own]) => [namespace, new Set(own.map((one) => one.metadata.name))]),
  );
  const parsed = workloads.map((workload) =>
    parseWorkload(workload, pods, known.get(workload.metadata.namespace ?? '')),
  );
  return parsed.toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1));
}

function parseWorkload(workload: KubeObject, pods: readonly KubeObject[], known?: ReadonlySet<string>): KubeWorkload {
  const spec = (workload['spec'] ?? {}) as WorkloadSpec;
  const status = (workload['status'] ?? {}) as Record<string, number | undefined>;
  const podSpec = spec.template?.spec ?? {};
  // Expressions are not carried: a selector that has some counts as none, rather than as a wider one.
  const hasExpressions = (spec.selector?.matchExpressions ?? []).length > 0;
  const selector = hasExpressions ? {} : (spec.selector?.matchLabels ?? {});
  const namespace = workload.metadata.namespace ?? '';
  const running = pods.filter(
    (pod) => pod.metadata.namespace === namespace && matches(selector, pod) && isRunning(pod),
  );
  const isDaemonSet = workload.kind === 'DaemonSet';
  const replicas = (isDaemonSet ? status['desiredNumberScheduled'] : spec.replicas) ?? (isDaemonSet ? 0 : 1);
  const managedBy = ownerOf(workload);
  return {
    kind: workload.kind,
    namespace,
    name: workload.metadata.name,
    podLabels: spec.template?.metadata?.labels ?? {},
    selector,
    serviceAccount: podSpec.serviceAccountName ?? 'default',
    replicas,
    readyReplicas: (isDaemonSet ? status['numberReady'] : status['readyReplicas']) ?? 0,
    ports: portsOf(podSpec),
    meshed: running.length > 0 && running.every(hasProxy),
    surges: doesSurge(workload.kind, spec, replicas),
    terminationGracePeriodSeconds: podSpec.terminationGracePeriodSeconds ?? 30,
    hostNetwork: podSpec.hostNetwork === true,
    podAddresses: running.flatMap(addressOf).sort(),
    declares: readDeclares([...(podSpec.initContainers ?? []), ...(podSpec.containers ?? [])], known),
    ...(managedBy === undefined ? {} : { managedBy }),
    ...podHabits(podSpec),
  };
}

/** True when a rollout first adds a pod, and takes none away before that one is ready. */
function doesSurge(kind: string, { strategy, updateStrategy }: WorkloadSpec, replicas: number): boolean {
  const { type = 'RollingUpdate', rollingUpdate = {} } = (kind === 'Deployment' ? strategy : updateStrategy) ?? {};
  if (type !== 'RollingUpdate' || kind === 'StatefulSet') return false;
  const [surge, unavailable] = kind === 'Deployment' ? ['25%', '25%'] : [0, 1];
  return (
    countOf(rollingUpdate.maxSurge ?? surge, replicas, Math.ceil) > 0 &&
    countOf(rollingUpdate.maxUnavailable ?? unavailable, replicas, Math.floor) === 0
  );
}

/** A number of pods, or a share of the replicas: surges are rounded up, absences down. */
function countOf(value: number | string | undefined, replicas: number, round: (share: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d{1,3})%$/.exec(value ?? '')?.[1];
  return percent === undefined ? 0 : round((Number(percent) / 100) * replicas);
}

function portsOf({ containers = [], initContainers = [] }: PodSpec): number[] {
  const all = [...initContainers, ...containers]
    .filter(({ name }) => name !== proxyContainer)
    .flatMap(({ ports = [] }) => ports);
  const tcp = all
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .flatMap(({ containerPort }) => (containerPort === undefined ? [] : [containerPort]));
  return [...new Set(tcp)].sort((a, b) => a - b);
}

function matches(selector: Readonly<Record<string, string>>, { metadata: { labels = {} } }: KubeObject): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}

function isRunning({ metadata, status }: KubeObject & { status?: { phase?: string } }): boolean {
  return status?.phase === 'Running' && metadata['deletionTimestamp'] === undefined;
}

/** A sidecar is a container, or an init container where it is native. */
function hasProxy({ spec }: KubeObject & { spec?: PodSpec }): boolean {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].some(({ name }) => name === proxyContainer);
}

function addressOf({ status }: KubeObject & { status?: { podIP?: string } }): string[] {
  return status?.podIP === undefined ? [] : [status.podIP];
}

function identity({ namespace, kind, name }: KubeWorkload): string {
  return `${namespace}/${kind}/${name}`;
}
