import type { KubeManifest } from '../../src/plans/operation.ts';
import type { MigrationPlan, Stage } from '../../src/plans/plan.ts';

/** A stage by its id, which must be there. */
export const stage = (plan: MigrationPlan, id: string): Stage => {
  const found = plan.stages.find((one) => one.id === id);
  if (!found) throw new Error(`no stage ${id} among ${plan.stages.map((one) => one.id).join(' ')}`);
  return found;
};
/** Findings in short. */
export const codes = (plan: MigrationPlan): string[] =>
  plan.findings.map(({ code, level, subject }) => `${level} ${code} ${subject}`);
/** Deferrals in short. */
export const deferred = (plan: MigrationPlan): string[] =>
  plan.deferred.map(({ subject, move, code }) => `${subject} ${move} ${code}`);
/** All objects of a kind that a plan creates. */
export const manifests = (plan: MigrationPlan, kind: string): KubeManifest[] =>
  plan.stages
    .flatMap(({ steps }) => steps.flatMap(({ apply }) => apply))
    .flatMap((operation) =>
      operation.op === 'kube.create' && operation.manifest.kind === kind ? [operation.manifest] : [],
    );
