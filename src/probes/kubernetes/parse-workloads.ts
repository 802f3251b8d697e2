import type { KubeWorkload } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { PodIndex } from './pod-index.ts';
import { readDeclares, type ContainerWords } from './parse-declares.ts';
import { ownerOf } from './parse-owner.ts';
import { type RolloutSpec, rolloutOf } from './parse-rollout.ts';
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

interface WorkloadSpec extends RolloutSpec {
  replicas?: number;
  selector?: { matchLabels?: Record<string, string>; matchExpressions?: readonly unknown[] };
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
  const running = new PodIndex(pods.filter(isRunning), workloads.map(selectorOf));
  const parsed = workloads.map((workload) =>
    parseWorkload(workload, running, known.get(workload.metadata.namespace ?? '')),
  );
  return parsed.toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1));
}

function parseWorkload(workload: KubeObject, pods: PodIndex, known?: ReadonlySet<string>): KubeWorkload {
  const spec = (workload['spec'] ?? {}) as WorkloadSpec;
  const status = (workload['status'] ?? {}) as Record<string, number | undefined>;
  const podSpec = spec.template?.spec ?? {};
  const selector = selectorOf(workload);
  const namespace = workload.metadata.namespace ?? '';
  const running = pods.selectedBy(namespace, selector);
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
    ...rolloutOf(workload.kind, spec, replicas),
    terminationGracePeriodSeconds: podSpec.terminationGracePeriodSeconds ?? 30,
    hostNetwork: podSpec.hostNetwork === true,
    podAddresses: running.flatMap(addressOf).sort(),
    declares: readDeclares([...(podSpec.initContainers ?? []), ...(podSpec.containers ?? [])], known),
    ...(managedBy === undefined ? {} : { managedBy }),
    ...podHabits(podSpec),
  };
}

/** Expressions are not carried: a selector that has some counts as none, rather than as a wider one. */
function selectorOf(workload: KubeObject): Record<string, string> {
  const { selector } = (workload['spec'] ?? {}) as WorkloadSpec;
  return (selector?.matchExpressions ?? []).length > 0 ? {} : (selector?.matchLabels ?? {});
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
