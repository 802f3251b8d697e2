/** One place where two values differ. A side that is absent had nothing there. */
export interface ValueChange {
  /** `apply[0].capture.inboundPorts`; empty for the values themselves. */
  path: string;
  before?: unknown;
  after?: unknown;
}

/**
 * Where two values of JSON differ, from the top down. Objects are compared field by field and lists item by item where
 * they have equally many objects; any other difference is one change of the whole.
 */
export function differencesOf(before: unknown, after: unknown, path = ''): ValueChange[] {
  if (before === after) return [];
  if (isFields(before) && isFields(after)) return fieldsOf(before, after, path);
  if (!Array.isArray(before) || !Array.isArray(after) || isPlain(before) || isPlain(after)) {
    return sameText(before, after) ? [] : [changeOf(path, before, after)];
  }
  const pairs = Array.from({ length: Math.max(before.length, after.length) }, (_, at) => at);
  return pairs.flatMap((at) => differencesOf(before[at], after[at], `${path}[${at}]`));
}

function fieldsOf(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>, path: string): ValueChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => differencesOf(own(before, name), own(after, name), path === '' ? name : `${path}.${name}`));
}

const own = (fields: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;
const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlain = (list: readonly unknown[]): boolean => list.every((item) => typeof item !== 'object');
const sameText = (before: unknown, after: unknown): boolean => JSON.stringify(before) === JSON.stringify(after);

const changeOf = (path: string, before: unknown, after: unknown): ValueChange => ({
  path,
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});
