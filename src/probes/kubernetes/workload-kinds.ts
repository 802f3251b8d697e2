import type { KubeObject } from '../../ports/contracts.ts';

/** What pods are made from. */
export interface Template {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: unknown;
}

interface Makes {
  template?: Template;
  jobTemplate?: { spec?: { template?: Template } };
  /** Of an Argo Rollout that takes the template of a Deployment. */
  workloadRef?: { kind?: string; name?: string };
  replicas?: number;
  parallelism?: number;
}

type Owned = Pick<KubeObject, 'metadata'>;

/** The template of an object that makes pods; a bare pod is its own. `all` may hold what a Rollout refers to. */
export function templateOf(workload: KubeObject, all: readonly KubeObject[] = []): Template {
  const spec = (workload['spec'] ?? {}) as Makes;
  if (workload.kind === 'Pod') return { metadata: workload.metadata, spec };
  const own = spec.template ?? spec.jobTemplate?.spec?.template;
  const { workloadRef: ref } = spec;
  if (own !== undefined || ref === undefined) return own ?? {};
  const { namespace } = workload.metadata;
  const meant = all.find(
    ({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name && metadata.namespace === namespace,
  );
  return meant === undefined || meant === workload || meant.kind === 'Rollout' ? {} : templateOf(meant);
}

/** How many pods are wanted, and how many are ready; of what says nothing of readiness, how many run. */
export function countsOf(workload: KubeObject, running: number): { replicas: number; readyReplicas: number } {
  const spec = (workload['spec'] ?? {}) as Makes;
  const status = (workload['status'] ?? {}) as Record<string, number | undefined>;
  switch (workload.kind) {
    case 'DaemonSet':
      return { replicas: status['desiredNumberScheduled'] ?? 0, readyReplicas: status['numberReady'] ?? 0 };
    case 'Pod':
      return { replicas: 1, readyReplicas: running };
    case 'Job':
      return { replicas: spec.parallelism ?? 1, readyReplicas: running };
    case 'CronJob':
      return { replicas: 0, readyReplicas: running };
    default:
      return { replicas: spec.replicas ?? 1, readyReplicas: status['readyReplicas'] ?? 0 };
  }
}

/** Whether a Job has run to its end: it starts no pod any more. */
export function hasEnded({ kind, status }: Pick<KubeObject, 'kind'> & { status?: unknown }): boolean {
  const { conditions } = (status ?? {}) as { conditions?: { type?: string; status?: string }[] | null };
  const ends = (one: { type?: string; status?: string }): boolean =>
    (one.type === 'Complete' || one.type === 'Failed') && one.status === 'True';
  return kind === 'Job' && (conditions ?? []).some(ends);
}

/** A Job that a CronJob made is the CronJob's. */
export function isOfCronJob(object: Owned): boolean {
  return ownersOf(object).some(({ kind }) => kind === 'CronJob');
}

/** Whether nothing makes an object anew when it is gone. */
export function isBare(object: Owned): boolean {
  return ownersOf(object).every(({ controller }) => controller !== true);
}

interface OwnerReference {
  kind?: string;
  name?: string;
  controller?: boolean;
}

/** Who an object is made by. */
export function ownersOf({ metadata }: Owned): OwnerReference[] {
  const owners = metadata['ownerReferences'];
  return Array.isArray(owners) ? (owners as (OwnerReference | null)[]).filter((one) => one !== null) : [];
}
