import { stringify } from 'yaml';
import { targetOf, type Operation } from '../../../plans/operation.ts';
import type { KubeObject } from '../../../ports/contracts.ts';
import type { Preview } from '../../handler.ts';
import { unifiedDiff } from '../../unified-diff.ts';
import { isSame } from './field-tree.ts';

/** What the server would make of it: its answers before and after a dry run, as a diff. Null stands for no object. */
export function previewChange(operation: Operation, before: KubeObject | null, after: KubeObject | null): Preview {
  const [old, fresh] = [shown(before), shown(after)];
  const change =
    before === null
      ? after === null
        ? 'none'
        : 'create'
      : after === null
        ? 'delete'
        : isSame(old, fresh)
          ? 'none'
          : 'update';
  return {
    target: targetOf(operation),
    change,
    diff: change === 'none' ? '' : unifiedDiff(asYaml(old), asYaml(fresh)),
  };
}

/** For what cannot be asked before earlier steps have run. */
export function previewNote(operation: Operation, change: Preview['change'], note: string): Preview {
  return { target: targetOf(operation), change, diff: note };
}

/** What the author of an object writes: without the server's bookkeeping, and without what a Secret holds. */
function shown(object: KubeObject | null): Record<string, unknown> | null {
  if (object === null) return null;
  const { status: _status, ...rest } = object;
  const {
    managedFields: _managed,
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    generation: _generation,
    ...metadata
  } = object.metadata;
  const isSecret = object.apiVersion === 'v1' && object.kind === 'Secret';
  const data = isSecret
    ? { data: `${Object.keys((object['data'] as object | undefined) ?? {}).length} hidden value(s)` }
    : {};
  return { ...rest, metadata, ...data };
}

function asYaml(object: Record<string, unknown> | null): string {
  return object === null ? '' : stringify(object, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}
