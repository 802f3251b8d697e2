import { parseDocument, stringify } from 'yaml';
import { meshError } from '../errors/index.ts';
import { type Hash, type MigrationPlan, planSchema } from './plan.ts';
import { digestOf } from './seal.ts';

const MAX_ALIASES = 0;

/** The plan as the file people review: stable order, no timestamps, no line folding. */
export function printPlan(plan: MigrationPlan): string {
  return stringify(plan, { schema: 'core', version: '1.2', lineWidth: 0, aliasDuplicateObjects: false });
}

/** Reads a plan file. Throws MW1303 when it is no plan, MW1301 when somebody edited it. */
export function readPlan(text: string, file: string, hash: Hash): MigrationPlan {
  const plan = readUnsealed(text, file);
  const actual = digestOf(plan, hash);
  if (actual !== plan.digest) throw meshError('MW1301', { file, expected: plan.digest, actual });
  return plan;
}

/** Reads a plan file as it is, whoever wrote it: nothing but a look may come of it. Throws MW1303 when it is no plan. */
export function readUnsealed(text: string, file: string): MigrationPlan {
  const document = parseDocument(text, {
    schema: 'core',
    version: '1.2',
    merge: false,
    uniqueKeys: true,
    strict: true,
  });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw meshError('MW1303', { file, reason: problem.message });
  const parsed = planSchema.safeParse(document.toJS({ maxAliasCount: MAX_ALIASES }));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw meshError('MW1303', { file, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a plan'}` });
  }
  return parsed.data;
}
