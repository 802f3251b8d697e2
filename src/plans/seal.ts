import { API_VERSION } from '../estate/schema.ts';
import { canonicalJson } from './canonical.ts';
import { expectsOf } from './duration.ts';
import {
  type Digest,
  type Hash,
  type MigrationPlan,
  planSchema,
  type Stage,
  type StageDraft,
  type Step,
  type StepDraft,
} from './plan.ts';

type PlanDraft = Omit<MigrationPlan, 'apiVersion' | 'kind' | 'formatVersion' | 'digest' | 'stages'> & {
  stages: StageDraft[];
};

/** Names and hashes every step, then the plan as a whole. */
export function seal(draft: PlanDraft, hash: Hash): MigrationPlan {
  const stages = draft.stages.map((stage): Stage => ({
    ...stage,
    steps: stage.steps.map((step) => sealStep(stage.id, step, hash)),
    expects: expectsOf(stage),
  }));
  const head = { apiVersion: API_VERSION, kind: 'MigrationPlan', formatVersion: 1 } as const;
  // An explicit `undefined` would vanish from the file and change the digest of what is read back.
  const body = JSON.parse(JSON.stringify({ ...head, ...draft, stages })) as Omit<MigrationPlan, 'digest'>;
  // Parsing puts the fields into the schema's order, so that a plan prints the same before and after it was a file.
  return planSchema.parse({ ...body, digest: hash(canonicalJson(body)) });
}

function sealStep(stage: string, draft: StepDraft, hash: Hash): Step {
  const named = { id: `${stage}/${draft.action}`, ...draft };
  return { ...named, hash: hash(canonicalJson(named)) };
}

/** The digest a plan should carry. An edited plan carries another one. */
export function digestOf(plan: MigrationPlan, hash: Hash): Digest {
  const { digest: _, ...body } = plan;
  return hash(canonicalJson(body));
}
