import { predictedSeconds } from '../duration.ts';
import type { Operation } from '../operation.ts';
import { commitPointOf, type Stage } from '../plan.ts';

/** What some stages of a plan ask of an estate. */
export interface Measures {
  stages: number;
  steps: number;
  /** Predicted, at least. */
  seconds: number;
  /** Steps that restart something, and those that end connections; each says in the plan what it interrupts. */
  restarts: number;
  cuts: number;
  /** Steps that a person does: edits of DNS. */
  manual: number;
  /** Steps that change something on a host. */
  onHosts: number;
  /** Stages that end behind a point of no return. */
  noReturn: number;
  /** Objects that are there in the end, by API group; the core group is `core`. */
  objects: Record<string, number>;
}

/** Counts of stages as they stand in a plan. */
export function measure(stages: readonly Stage[]): Measures {
  const steps = stages.flatMap((stage) => stage.steps);
  const count = (holds: (step: Stage['steps'][number]) => boolean): number => steps.filter(holds).length;
  return {
    stages: stages.length,
    steps: steps.length,
    seconds: stages.reduce((sum, stage) => sum + predictedSeconds(stage), 0),
    restarts: count(({ interruption }) => interruption === 'restart'),
    cuts: count(({ interruption }) => interruption === 'connection-reset'),
    manual: count(({ apply }) => apply.some(({ op }) => op === 'manual')),
    onHosts: count(({ apply }) => apply.some(({ op }) => op.startsWith('host.'))),
    noReturn: stages.filter((stage) => commitPointOf(stage) !== undefined).length,
    objects: objectsOf(steps.flatMap(({ apply }) => apply)),
  };
}

/** What is created and not deleted again on the way forward, by group: `v1` has none, `networking.istio.io/v1` has its own. */
function objectsOf(operations: readonly Operation[]): Record<string, number> {
  const made = new Map<string, string>();
  for (const operation of operations) {
    if (operation.op === 'kube.create') {
      const { apiVersion, kind, metadata } = operation.manifest;
      made.set(`${apiVersion} ${kind} ${metadata.namespace} ${metadata.name}`, groupOf(apiVersion));
    }
    if (operation.op === 'kube.delete') {
      const { apiVersion, kind, namespace, name } = operation.ref;
      made.delete(`${apiVersion} ${kind} ${namespace} ${name}`);
    }
  }
  const counts = [...Map.groupBy(made.values(), (group) => group)].map(([group, all]): [string, number] => [group, all.length]);
  return Object.fromEntries(counts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : 'core');
