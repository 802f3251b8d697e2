import type { KubeObject } from '../../ports/contracts.ts';
import { PodIndex } from './pod-index.ts';
import { selectorOf } from './selector.ts';
import { ownersOf } from './workload-kinds.ts';

/** Which pods are whose: by the selector, and of what has none, by the owner that a pod names. */
export class PodsOf {
  readonly #index: PodIndex;
  readonly #byOwner: ReadonlyMap<string, readonly KubeObject[]>;
  readonly #cronJobs: ReadonlyMap<string, readonly KubeObject[]>;

  /** @param workloads all that will be asked about; with the Jobs of CronJobs among them */
  constructor(pods: readonly KubeObject[], workloads: readonly KubeObject[]) {
    // A Job's pods are its own, though they may have the labels of a Deployment, which does not look after them.
    const selectable = pods.filter((pod) => ownersOf(pod)[0]?.kind !== 'Job');
    this.#index = new PodIndex(selectable, workloads.map(selectorOf));
    this.#byOwner = Map.groupBy(pods, (pod) => {
      const [owner] = ownersOf(pod);
      return keyOf(pod.metadata.namespace, owner?.kind ?? 'Pod', owner?.name ?? pod.metadata.name);
    });
    this.#cronJobs = Map.groupBy(workloads, (job) => {
      const owner = ownersOf(job).find(({ kind }) => kind === 'CronJob');
      return keyOf(job.metadata.namespace, owner?.kind ?? '', owner?.name ?? '');
    });
  }

  /** The running pods of a workload. */
  of(workload: KubeObject): readonly KubeObject[] {
    const { kind, metadata } = workload;
    const { namespace = '', name } = metadata;
    if (kind === 'CronJob')
      return (this.#cronJobs.get(keyOf(namespace, kind, name)) ?? []).flatMap((job) => this.of(job));
    if (kind === 'Job' || kind === 'Pod') return this.#byOwner.get(keyOf(namespace, kind, name)) ?? [];
    return this.#index.selectedBy(namespace, selectorOf(workload));
  }
}

function keyOf(namespace = '', kind: string, name: string): string {
  return `${namespace} ${kind} ${name}`;
}
