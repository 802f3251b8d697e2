import { meshError } from '../../errors/index.ts';
import type { Estate } from '../../estate/schema.ts';
import type { ClusterFacts, Inventory, KubeWorkload } from '../../inventory/schema.ts';
import type { Gate } from '../gate.ts';
import type { KubeManifest, KubeRef, OperationKind, OperationOf } from '../operation.ts';
import type { Digest, Hash, MigrationPlan, Stage, Step } from '../plan.ts';

/** What a plan is held against. Only the plan is needed. */
export interface LintInputs {
  plan: MigrationPlan;
  hash: Hash;
  /** Milliseconds since the epoch. */
  nowMs: number;
  inventory?: { file: string; inventory: Inventory; digest: Digest };
  estate?: { file: string; estate: Estate; digest: Digest };
}

/** A step at its place in the plan. */
export interface PlacedStep {
  stage: Stage;
  step: Step;
  /** How many steps come before it. */
  at: number;
}

/** A gate, by the stage or the step whose gate it is. */
export interface PlacedGate {
  of: string;
  gate: Gate;
  stage: Stage;
}

/** An operation of one kind, forward, and the step that does it. */
export type Placed<K extends OperationKind> = PlacedStep & { operation: OperationOf<K> };

/** The inputs of a lint, and the questions that rules ask of them. */
export class LintView {
  readonly plan: MigrationPlan;
  readonly inputs: LintInputs;
  readonly steps: readonly PlacedStep[];

  constructor(inputs: LintInputs) {
    this.inputs = inputs;
    this.plan = inputs.plan;
    const steps = inputs.plan.stages.flatMap((stage) => stage.steps.map((step) => ({ stage, step })));
    this.steps = steps.map((one, at) => ({ ...one, at }));
  }

  /** Only for rules that say that they need it. */
  get inventory(): Inventory {
    const { inventory } = this.inputs;
    if (!inventory) throw meshError('MW1999', { detail: 'a rule of lint looked at an inventory that it does not need' });
    return inventory.inventory;
  }

  /** Only for rules that say that they need it. */
  get estate(): Estate {
    const { estate } = this.inputs;
    if (!estate) throw meshError('MW1999', { detail: 'a rule of lint looked at an estate that it does not need' });
    return estate.estate;
  }

  /** Every operation of one kind that the plan does on the way there. */
  operations<K extends OperationKind>(kind: K): Placed<K>[] {
    return this.steps.flatMap((placed) =>
      placed.step.apply.flatMap((operation) =>
        operation.op === kind ? [{ ...placed, operation: operation as OperationOf<K> }] : [],
      ),
    );
  }

  /** The gates of all stages and of all steps that have one. */
  gates(): PlacedGate[] {
    return this.plan.stages.flatMap((stage) => [
      ...stage.steps.flatMap(({ id, gate }) => (gate ? [{ of: id, gate, stage }] : [])),
      { of: stage.id, gate: stage.gate, stage },
    ]);
  }

  /** What the plan makes of an object, if it makes it. */
  manifestOf(cluster: string, ref: KubeRef): KubeManifest | undefined {
    return this.operations('kube.create').find(
      ({ operation: { cluster: at, manifest } }) => at === cluster && isSameObject(manifest, ref),
    )?.operation.manifest;
  }

  cluster(name: string): ClusterFacts | undefined {
    return this.inventory.clusters.find((cluster) => cluster.name === name);
  }

  /** What was seen of a workload in Kubernetes. */
  workload(cluster: string, { kind, namespace, name }: Omit<KubeRef, 'apiVersion'>): KubeWorkload | undefined {
    return this.cluster(cluster)?.workloads.find(
      (one) => one.kind === kind && one.namespace === namespace && one.name === name,
    );
  }
}

export const isSameObject = ({ apiVersion, kind, metadata }: KubeManifest, ref: KubeRef): boolean =>
  apiVersion === ref.apiVersion && kind === ref.kind && metadata.namespace === ref.namespace && metadata.name === ref.name;

/** `HTTPRoute shop/catalog`. */
export const objectName = ({ kind, namespace, name }: Omit<KubeRef, 'apiVersion'>): string =>
  `${kind} ${namespace}/${name}`;

/** Whether setting fields of an object makes its pods start anew: those of its template. */
export function isRestart({ ref, fields }: OperationOf<'kube.set'>): boolean {
  const spec = fields['spec'];
  return ref.apiVersion.startsWith('apps/') && typeof spec === 'object' && spec !== null && 'template' in spec;
}
