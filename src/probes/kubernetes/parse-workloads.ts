import type { KubeWorkload } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { readDeclares, type ContainerWords } from './parse-declares.ts';
import { ownerOf } from './parse-owner.ts';
import { membershipsOf } from './memberships.ts';
import { claimsOf, type HabitualContainer, type HabitualPod, nativeSidecarWish, podHabits } from './parse-habits.ts';
import { requestsOf } from './parse-requests.ts';
import { rolloutOf } from './parse-rollout.ts';
import { PodsOf } from './pods-of.ts';
import { selectorOf } from './selector.ts';
import { countsOf, hasEnded, isOfCronJob, templateOf } from './workload-kinds.ts';

const proxyContainer = 'istio-proxy';

interface Container extends ContainerWords, HabitualContainer {
  name?: string;
  resources?: unknown;
  ports?: { containerPort?: number; protocol?: string }[];
}

interface PodSpec extends HabitualPod {
  containers?: Container[];
  initContainers?: Container[];
  serviceAccountName?: string;
  terminationGracePeriodSeconds?: number;
  hostNetwork?: boolean;
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
  const running = new PodsOf(pods.filter(isRunning), workloads);
  const parsed = workloads
    .filter((workload) => !hasEnded(workload) && !isOfCronJob(workload))
    .map((workload) => parseWorkload(workload, workloads, running, known.get(workload.metadata.namespace ?? '')));
  return parsed.toSorted((a, b) => (identity(a) < identity(b) ? -1 : 1));
}

function parseWorkload(
  workload: KubeObject,
  all: readonly KubeObject[],
  pods: PodsOf,
  known?: ReadonlySet<string>,
): KubeWorkload {
  const { kind, metadata } = workload;
  const { namespace = '' } = metadata;
  const template = templateOf(workload, all);
  const podSpec = (template.spec ?? {}) as PodSpec;
  const running = pods.of(workload);
  const { replicas, readyReplicas } = countsOf(workload, running.length);
  const managedBy = ownerOf(workload);
  return {
    kind,
    namespace,
    name: metadata.name,
    podLabels: template.metadata?.labels ?? {},
    selector: selectorOf(workload),
    serviceAccount: podSpec.serviceAccountName ?? 'default',
    replicas,
    readyReplicas,
    ports: portsOf(podSpec),
    meshed: running.length > 0 && running.every(hasProxy),
    ...rolloutOf(kind, workload['spec'] ?? {}, replicas),
    terminationGracePeriodSeconds: podSpec.terminationGracePeriodSeconds ?? 30,
    hostNetwork: podSpec.hostNetwork === true,
    podAddresses: running.flatMap(addressOf).sort(),
    declares: readDeclares([...(podSpec.initContainers ?? []), ...(podSpec.containers ?? [])], known),
    ...(managedBy === undefined ? {} : { managedBy }),
    ...podHabits(podSpec),
    meshes: membershipsOf(template.metadata ?? {}, running),
    ...nativeSidecarWish(template.metadata),
    claims: claimsOf(podSpec, claimTemplatesOf(workload)),
    requests: requestsOf(podSpec.containers ?? []),
  };
}

function claimTemplatesOf({ spec }: KubeObject & { spec?: unknown }): { metadata?: { name?: string } }[] {
  return (
    (spec as { volumeClaimTemplates?: { metadata?: { name?: string } }[] } | undefined)?.volumeClaimTemplates ?? []
  );
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

/** In protobuf an address that a pod has not got yet is an empty text. */
function addressOf({ status }: KubeObject & { status?: { podIP?: string | null } }): string[] {
  const address = status?.podIP ?? '';
  return address === '' ? [] : [address];
}

function identity({ namespace, kind, name }: KubeWorkload): string {
  return `${namespace}/${kind}/${name}`;
}
