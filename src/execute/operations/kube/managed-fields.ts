import type { KubeObject } from '../../../ports/contracts.ts';
import { FIELD_MANAGER } from '../../../ports/field-manager.ts';
import { type FieldPath, type Fields, isFields, isSame, lookUp } from './field-tree.ts';

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
  const found = entriesOf(object)
    .filter(isOwnApply)
    .map((entry) => pathsIn(entry.fieldsV1));
  const unreadable = found.find((paths) => 'unreadable' in paths);
  return unreadable ?? { paths: found.flatMap((paths) => ('paths' in paths ? paths.paths : [])) };
}

/**
 * Managers other than our apply that own the field at `path`. An entry that ends above it may own all below, an atomic
 * map, or just the empty map; where the field is ours as well it can only be the latter.
 */
export function otherOwners(object: KubeObject, path: FieldPath): string[] {
  const isOurs = ownsPathByApply(object, path);
  const owns = (tree: unknown): boolean =>
    ownsPath(tree, path) || (!isOurs && path.some((_name, depth) => depth > 0 && endsAt(tree, path.slice(0, depth))));
  const owners = entriesOf(object).filter((entry) => !isOwnApply(entry) && owns(entry.fieldsV1));
  return [...new Set(owners.map((entry) => entry.manager ?? 'an unnamed manager'))];
}

export function ownsPathByApply(object: KubeObject, path: FieldPath): boolean {
  return entriesOf(object).some((entry) => isOwnApply(entry) && ownsPath(entry.fieldsV1, path));
}

/** The object without our ownership, by apply, of the fields at these paths; their values are untouched. */
export function withoutOwnership(object: KubeObject, paths: readonly FieldPath[]): KubeObject {
  const entries = entriesOf(object).flatMap((entry): ManagedEntry[] => {
    if (!isOwnApply(entry)) return [entry];
    const fieldsV1 = paths.reduce<unknown>(withoutNode, entry.fieldsV1);
    return isFields(fieldsV1) && Object.keys(fieldsV1).length > 0 ? [{ ...entry, fieldsV1 }] : [];
  });
  return withEntries(object, entries);
}

/** True when an update of ours left an entry that owns nothing but these paths. */
export function hasTraces(object: KubeObject, paths: readonly FieldPath[]): boolean {
  return entriesOf(object).some((entry) => isTraceOf(entry, paths));
}

export function withoutTraces(object: KubeObject, paths: readonly FieldPath[]): KubeObject {
  return withEntries(
    object,
    entriesOf(object).filter((entry) => !isTraceOf(entry, paths)),
  );
}

/** An empty list would mean "keep what is there"; one empty entry means "none" to the API server. */
function withEntries(object: KubeObject, entries: readonly ManagedEntry[]): KubeObject {
  const managedFields = entries.length > 0 ? entries : [{}];
  return { ...object, metadata: { ...object.metadata, managedFields } as KubeObject['metadata'] };
}

function isTraceOf(entry: ManagedEntry, paths: readonly FieldPath[]): boolean {
  if (entry.manager !== FIELD_MANAGER || isOwnApply(entry)) return false;
  const owned = pathsIn(entry.fieldsV1);
  return 'paths' in owned && owned.paths.every((path) => paths.some((given) => isSame(given, path)));
}

/** Takes one field out of a FieldsV1 tree, and with it the parents that own nothing then. */
function withoutNode(fieldsV1: unknown, path: FieldPath): unknown {
  const [name, ...rest] = path;
  if (!isFields(fieldsV1) || name === undefined) return fieldsV1;
  const { [`f:${name}`]: child, ...others } = fieldsV1;
  if (child === undefined) return fieldsV1;
  const left = rest.length === 0 ? {} : withoutNode(child, rest);
  const isEmpty = isFields(left) && Object.keys(left).every((key) => key === '.');
  return isEmpty ? others : { ...fieldsV1, [`f:${name}`]: left };
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
  return nodeAt(fieldsV1, path) !== undefined;
}

function endsAt(fieldsV1: unknown, path: FieldPath): boolean {
  const node = nodeAt(fieldsV1, path);
  return node !== undefined && Object.keys(node).length === 0;
}

function nodeAt(fieldsV1: unknown, path: FieldPath): Fields | undefined {
  const found = lookUp(
    fieldsV1,
    path.map((name) => `f:${name}`),
  );
  return 'value' in found && isFields(found.value) ? found.value : undefined;
}
