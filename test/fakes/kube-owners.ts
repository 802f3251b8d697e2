import {
  type Fields,
  type FieldPath,
  isFields,
  isSame,
  overlay,
} from '../../src/execute/operations/kube/field-tree.ts';
import type { KubeObject } from '../../src/ports/contracts.ts';

/** Who owns which fields of an object, as server-side apply keeps it in `managedFields`. */
export interface Owner {
  manager: string;
  operation: 'Apply' | 'Update';
  paths: FieldPath[];
}
export interface Entry {
  manager?: string;
  operation?: string;
  fieldsV1?: unknown;
}

const identityFields = new Set(['apiVersion', 'kind']);
const serverFields = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'managedFields',
  'creationTimestamp',
  'deletionTimestamp',
]);

export const isOwnable = ([first = '', second = '']: FieldPath): boolean =>
  !identityFields.has(first) && first !== 'status' && !(first === 'metadata' && serverFields.has(second));
export const isOwn = (owner: Owner, manager: string): boolean =>
  owner.manager === manager && owner.operation === 'Apply';
export const isOwnUpdate = (owner: Owner, manager: string): boolean =>
  owner.manager === manager && owner.operation === 'Update';
export const owns = (owner: Owner, path: FieldPath): boolean => owner.paths.some((own) => isSame(own, path));

export function ownersOf(live: KubeObject | undefined): Owner[] {
  return ((live?.metadata.managedFields ?? []) as Entry[]).map(readOwner);
}

export function readOwner({ manager = '', operation, fieldsV1 }: Entry): Owner {
  return { manager, operation: operation === 'Apply' ? 'Apply' : 'Update', paths: readPaths(fieldsV1) };
}

function readPaths(tree: unknown, at: FieldPath = []): FieldPath[] {
  const names = isFields(tree) ? Object.keys(tree) : [];
  if (names.length === 0) return at.length === 0 ? [] : [at];
  return names.flatMap((name) => readPaths((tree as Fields)[name], [...at, name.slice(2)]));
}

export function withOwners(object: KubeObject, owners: readonly Owner[]): KubeObject {
  const managedFields = owners
    .filter(({ paths }) => paths.length > 0)
    .map(({ manager, operation, paths }) => ({
      manager,
      operation,
      fieldsType: 'FieldsV1',
      fieldsV1: writePaths(paths),
    }));
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

function writePaths(paths: readonly FieldPath[]): Fields {
  return paths.reduce<Fields>(
    (tree, path) =>
      overlay(
        tree,
        path.toReversed().reduce<Fields>((below, name) => ({ [`f:${name}`]: below }), {}),
      ) as Fields,
    {},
  );
}
