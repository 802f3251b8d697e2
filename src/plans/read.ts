import { Document, isMap, stringify, type ToStringOptions, visit } from 'yaml';
import { meshError } from '../errors/index.ts';
import { refuseNewer } from '../estate/format-version.ts';
import { UnfoldError } from './fold/expand.ts';
import { foldPlan, unfoldPlan } from './fold/fold.ts';
import { type Hash, type MigrationPlan, planSchema } from './plan.ts';
import { digestOf } from './seal.ts';
import { yamlData } from './yaml-data.ts';

/** The format of plans that this version writes, and the latest that it reads. */
const FORMAT_VERSION = 1;
/** Values of a template beside each other, up to this width; above it one below the other. */
const MAX_WIDTH = 320;
const STYLE: ToStringOptions = { lineWidth: 0 };
const YAML = { schema: 'core', version: '1.2', aliasDuplicateObjects: false } as const;

/**
 * The plan as the file people review: stable order, no timestamps, no line folding, and what is alike written once.
 * @param hash with it the file says no hash of a step that follows from the step
 */
export function printPlan(plan: MigrationPlan, hash?: Hash): string {
  const folded = foldPlan(plan, hash);
  if (!Object.hasOwn(folded, 'templates')) return stringify(plan, { ...YAML, ...STYLE });
  const document = new Document(folded, YAML);
  visit(document, {
    Map(_, map) {
      const values = map.items.length === 2 && map.has('like') ? map.get('with') : undefined;
      if (isMap(values)) values.flow = isShort(values.toJSON());
    },
  });
  return document.toString(STYLE);
}

function isShort(values: unknown): boolean {
  const text = JSON.stringify(values);
  return text.length <= MAX_WIDTH && !text.includes(String.raw`\n`);
}

/**
 * Reads a plan file, folded or not.
 * @throws MW1303 when it is no plan, MW1301 when somebody edited it, MW1376 when a newer version wrote it
 */
export function readPlan(text: string, file: string, hash: Hash): MigrationPlan {
  const plan = readUnsealed(text, file, hash);
  const actual = digestOf(plan, hash);
  if (actual !== plan.digest) throw meshError('MW1301', { file, expected: plan.digest, actual });
  return plan;
}

/**
 * Reads a plan file as it is, whoever wrote it: nothing but a look may come of it.
 * @throws MW1303 when it is no plan, MW1376 when a newer version wrote it
 */
export function readUnsealed(text: string, file: string, hash: Hash): MigrationPlan {
  const data = yamlData(text, file, 'MW1303');
  refuseNewer(data, file, 'MigrationPlan', FORMAT_VERSION);
  const parsed = planSchema.safeParse(unfolded(data, file, hash));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw meshError('MW1303', { file, reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a plan'}` });
  }
  return parsed.data;
}

function unfolded(data: unknown, file: string, hash: Hash): unknown {
  try {
    return unfoldPlan(data, hash);
  } catch (error) {
    throw error instanceof UnfoldError ? meshError('MW1303', { file, reason: error.message }) : error;
  }
}
