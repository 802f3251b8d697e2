import { type ErrorCode, type MeshError, meshError } from '../errors/index.ts';
import type { FoundElsewhere } from './elsewhere.ts';
import type { Draft } from './schema.ts';
import type { AssessView } from './view.ts';

/** One thing that users hit, and the check that would have caught it. Pure: a view in, findings out. */
export interface Analyzer {
  /** V for VMs, P for pods, as in docs/guides/assess.md; D for what discovery and the planner say. */
  readonly id: string;
  readonly title: string;
  /** Where what it goes by was read: it has passed nothing while discovery could not read one of these. */
  readonly looksAt: readonly ('hosts' | 'clusters')[];
  /** True when the manifests of workloads decide it: a cluster that files tell of is read enough. */
  readonly isInManifests?: boolean;
  /** The codes it may find. */
  readonly codes: readonly ErrorCode[];
  /** The versions it is about; on others what it looks for cannot happen. Absent: all of them. */
  readonly appliesTo?: { readonly condition: string; holds(view: AssessView): boolean };
  /** Findings of discovery and the planner that are this check's: the first check of the list that takes one has it. */
  adopts?(found: FoundElsewhere): boolean;
  analyze(view: AssessView): Draft[];
}

/** A finding in the words of the catalogue. */
export function draft(level: Draft['level'], subject: string, evidence: string, error: MeshError): Draft {
  return { code: error.code, level, subject, evidence, cause: error.causeText, fix: error.fixText };
}

/** Nothing that was read decides it: said, never passed over. */
export function notKnown(subject: string, reason: string): Draft {
  return draft('unknown', subject, 'nothing', meshError('MW1700', { subject, reason }));
}
