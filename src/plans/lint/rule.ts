import type { ErrorCode, MeshError } from '../../errors/index.ts';
import type { LintView } from './view.ts';

export type LintLevel = 'error' | 'warning' | 'info';

/** What a rule finds: the words of the catalogue, and what in the plan they are about. */
export interface LintHit {
  error: MeshError;
  /** A step, a stage, a gate, a service, or the plan. */
  subject: string;
  /** Where it is not the rule's own. */
  level?: LintLevel;
}

/** One rule over a plan. Pure: it looks at what is given and at nothing else. */
export interface LintRule {
  code: ErrorCode;
  level: LintLevel;
  /** What must be given besides the plan; without it the rule is not checked, and the report says so. */
  needs?: readonly ('inventory' | 'estate')[];
  /** Why the rule is there. */
  why: string;
  /** What of that which was given does not tell enough, or nothing. */
  unknown?: (view: LintView) => string | undefined;
  find: (view: LintView) => LintHit[];
}

/** A hit of the rule's own level. */
export const hit = (subject: string, error: MeshError): LintHit => ({ subject, error });

/** A hit of a level of its own. */
export const hitOf = (level: LintLevel, subject: string, error: MeshError): LintHit => ({ level, subject, error });
