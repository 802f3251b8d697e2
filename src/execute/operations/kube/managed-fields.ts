import type { KubeObject } from '../../../ports/contracts.ts';
import { FIELD_MANAGER } from '../../../ports/field-manager.ts';
import { type FieldPath, isFields, isSame } from './field-tree.ts';

/**
 * Reads `metadata.managedFields` (Kubernetes "Server-Side Apply", FieldsV1): keys are `f:<field>` for a field,
 * `.` for the object itself, and `k:`, `v:` or `i:` for items of lists.
 */
export interface ManagedEntry {
  manager?: string;
  operation?: string;
  subresource?: string;
  fieldsV1?: unknown;
}

/** The fields we own by apply, or why they cannot be told apart: items of lists are not fields. */
export type OwnedPaths = { paths: FieldPath[] } | { unreadable: string };

export function entriesOf(object: KubeObject): ManagedEntry[] {
  return object.metadata.managedFields ?? [];
}

export function isOwnApply(entry: ManagedEntry): boolean {
  return entry.manager === FIELD_MANAGER && entry.operation === 'Apply';
}

/** What the API server holds as ours by server-side apply; an apply that leaves one of these out gives it up. */
export function ownApplyPaths(object: KubeObject): OwnedPaths {
  const found = entriesOf(object).filter(isOwnApply).map((entry) => pathsIn(entry.fieldsV1));
  const unreadable = found.find((paths) => 'unreadable' in paths);
  return unreadable ?? { paths: found.flatMap((paths) => ('paths' in paths ? paths.paths : [])) };
}

/** Managers other than our apply that own the field at `path` or something below it. */
export function otherOwners(object: KubeObject, path: FieldPath): string[] {
  const owners = entriesOf(object).filter((entry) => !isOwnApply(entry) && ownsPath(entry.fieldsV1, path));
  return [...new Set(owners.map((entry) => entry.manager ?? 'an unnamed manager'))];
}

/** The managed fields without entries of ours that own nothing but `paths`: what a give-back by update leaves behind. */
export function withoutOwnTraces(object: KubeObject, paths: readonly FieldPath[]): ManagedEntry[] {
  return entriesOf(object).filter((entry) => !isTraceOf(entry, paths));
}

function isTraceOf(entry: ManagedEntry, paths: readonly FieldPath[]): boolean {
  if (entry.manager !== FIELD_MANAGER) return false;
  const owned = pathsIn(entry.fieldsV1);
  return 'paths' in owned && owned.paths.every((path) => paths.some((given) => isSame(given, path)));
}

function pathsIn(fieldsV1: unknown, at: FieldPath = []): OwnedPaths {
  if (!isFields(fieldsV1)) return { paths: [] };
  const paths: FieldPath[] = [];
  const names = Object.keys(fieldsV1).filter((key) => key !== '.');
  if (names.length === 0) return { paths: at.length === 0 ? [] : [at] };
  for (const key of names) {
    if (!key.startsWith('f:')) return { unreadable: `it owns items of the list ${at.join('.')}` };
    const below = pathsIn(fieldsV1[key], [...at, key.slice(2)]);
    if ('unreadable' in below) return below;
    paths.push(...below.paths);
  }
  return { paths };
}

function ownsPath(fieldsV1: unknown, path: FieldPath): boolean {
  let node = fieldsV1;
  for (const [depth, name] of path.entries()) {
    if (!isFields(node)) return false;
    // An entry that ends above the path owns all below it: an atomic map.
    if (depth > 0 && Object.keys(node).length === 0) return true;
    if (!Object.hasOwn(node, `f:${name}`)) return false;
    node = node[`f:${name}`];
  }
  return true;
}
