import type { MigrationPlan } from '../plans/plan.ts';

/** What is printed as YAML, where a text may have lines of its own, or text by text. */
const AS_IT_IS = new Set(['apply', 'revert', 'require', 'requireRevert', 'verify', 'verifyRevert', 'gate']);

/** The plan with each of its texts on one line: what a plan quotes must not look like a line of the report. */
export const linesOf = (plan: MigrationPlan): MigrationPlan => flat(plan) as MigrationPlan;

/** A text on one line. */
export const oneLine = (text: string): string => text.replaceAll(/\s*[\n\t]+\s*/g, ' ');

function flat(value: unknown): unknown {
  if (typeof value === 'string') return oneLine(value);
  if (Array.isArray(value)) return value.map(flat);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, AS_IT_IS.has(name) ? field : flat(field)]),
  );
}
