import { meshError } from '../errors/index.ts';
import { kubeId } from '../inventory/ids.ts';
import type { KubeWorkload, WorkloadOwner } from '../inventory/schema.ts';
import { finding } from './finding.ts';
import type { OperationOf } from './operation.ts';
import { ownerTitle, ownerWords } from './owner-words.ts';
import type { PlanFinding, StageDraft, StepDraft } from './plan.ts';
import type { EstateView } from './view.ts';

/** One change of a workload that another tool writes. */
interface OwnedChange {
  workload: KubeWorkload;
  owner: WorkloadOwner;
  /** The workload’s, as the inventory has it. */
  id: string;
  fields: OperationOf<'kube.set'>['fields'];
}

/** The stages with a note in each step that sets fields of a workload which another tool writes. */
export function noteOwners(view: EstateView, stages: readonly StageDraft[]): StageDraft[] {
  return stages.map((stage) => ({ ...stage, steps: stage.steps.map((step) => withNotes(view, step)) }));
}

function withNotes(view: EstateView, step: StepDraft): StepDraft {
  const notes = ownedChanges(view, step).flatMap(notesOf);
  return notes.length === 0 ? step : { ...step, notes: [...(step.notes ?? []), ...notes] };
}

function notesOf({ workload: { kind, namespace, name }, owner, fields }: OwnedChange): string[] {
  const { writes, restores, drops, source } = ownerWords[owner.by];
  const names = fieldNames(fields).join(', ');
  return [
    `${kind} ${namespace}/${name} is written by ${ownerTitle(owner)}: ${writes} leaves ${names} alone while ${source} does not set it; once it does, ${restores} comes back, and pods restart outside this plan if it differs`,
    drops,
    `set it in ${source} after the run, not before: else ${writes} would make this change before its stage, or undo a rollback`,
  ];
}

/** One warning for each workload that another tool writes and this plan changes. */
export function ownerFindings(view: EstateView, stages: readonly StageDraft[]): PlanFinding[] {
  const changes = stages.flatMap(({ id: stage, steps }) =>
    steps.flatMap((step) => ownedChanges(view, step).map((change) => ({ ...change, step: `${stage}/${step.action}` }))),
  );
  return [...new Set(changes.map(({ id }) => id))].flatMap((id) => {
    const own = changes.filter((change) => change.id === id);
    return own.slice(0, 1).map((first) => warning(first, [...new Set(own.map(({ step }) => step))]));
  });
}

function warning({ workload: { kind, namespace, name }, owner, id }: OwnedChange, steps: string[]): PlanFinding {
  const error = meshError('MW1324', {
    workload: `${kind} ${namespace}/${name}`,
    owner: ownerTitle(owner),
    steps: steps.join(', '),
  });
  return finding(error.code, 'warning', id, error);
}

function ownedChanges(view: EstateView, { apply }: StepDraft): OwnedChange[] {
  return apply.flatMap((operation) => {
    if (operation.op !== 'kube.set') return [];
    const { cluster, ref, fields } = operation;
    const workload = view.kubeWorkload({ cluster, ...ref });
    if (workload?.managedBy === undefined) return [];
    const id = kubeId(cluster, ref.namespace, ref.kind, ref.name);
    return [{ workload, owner: workload.managedBy, id, fields }];
  });
}

/** `spec.template.metadata.labels.NAME`, for each value that is set. */
function fieldNames(fields: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? fieldNames({ ...value }).map((below) => `${name}.${below}`)
      : [name],
  );
}
