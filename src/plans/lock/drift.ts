import { canonicalJson } from '../canonical.ts';
import type { Hash } from '../plan.ts';
import { fingerprintOf } from './create-lock.ts';
import { dependedOn, type PlanBasis } from './depended-on.ts';
import { elsewhere } from './elsewhere.ts';
import type { LockedFields, LockFact, PlanLock } from './lock.ts';

/** One field that a plan depends on, and that is not as it was. Of an object that came or went, `field` is `exists`. */
export interface FieldDrift {
  object: string;
  field: string;
  before: LockFact;
  after: LockFact;
}

/** What became of an estate since a plan was made. */
export interface Drift {
  /** What the plan depends on. */
  matters: FieldDrift[];
  /** Things that differ, came or went, and that the plan does not depend on, counted by kind. */
  elsewhere: { count: number; byKind: Record<string, number> };
}

/** Compares what a lock says with what an inventory says now. @param basis the locked plan, and the estate and inventory as they are */
export function driftOf(lock: PlanLock, basis: PlanBasis, hash: Hash): Drift {
  const now = dependedOn(basis);
  const ids = [...new Set([...Object.keys(lock.objects), ...now.keys()])].toSorted();
  const matters = ids.flatMap((id) => {
    const [before, after] = [lock.objects[id], now.get(id)];
    if (before && after && before.fingerprint === fingerprintOf(after, hash)) return [];
    return fieldDrift(id, before?.fields, after);
  });
  return { matters, elsewhere: counted(lock.elsewhere, elsewhere(basis, hash)) };
}

function fieldDrift(object: string, before: LockedFields | undefined, after: LockedFields | undefined): FieldDrift[] {
  if (!before || !after) return [{ object, field: 'exists', before: before !== undefined, after: after !== undefined }];
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields.flatMap((field) => {
    const [was, is] = [before[field] ?? '', after[field] ?? ''];
    return canonicalJson(was) === canonicalJson(is) ? [] : [{ object, field, before: was, after: is }];
  });
}

function counted(before: Readonly<Record<string, string>>, after: ReadonlyMap<string, string>): Drift['elsewhere'] {
  const ids = new Set([...Object.keys(before), ...after.keys()]);
  const different = [...ids].filter((id) => before[id] !== after.get(id));
  const kinds = Map.groupBy(different, (id) => id.split('/')[0] ?? id);
  const byKind = [...kinds].map(([kind, some]): [string, number] => [kind, some.length]);
  return { count: different.length, byKind: Object.fromEntries(byKind.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}
