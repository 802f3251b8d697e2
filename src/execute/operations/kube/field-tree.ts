/** Plain JSON objects as trees of fields. Everything here returns new values and changes none. */
export type Fields = Readonly<Record<string, unknown>>;
export type FieldPath = readonly string[];
export interface Leaf {
  path: FieldPath;
  value: unknown;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The leaves of a partial object. An array is one leaf, and so is an empty object. */
export function leavesOf(fields: Fields, at: FieldPath = []): Leaf[] {
  return Object.entries(fields).flatMap(([name, value]): Leaf[] => {
    const path = [...at, name];
    return isFields(value) && Object.keys(value).length > 0 ? leavesOf(value, path) : [{ path, value }];
  });
}

/** The value at a path, or how deep the path goes: `missingFrom` is the index of the first name that is not there. */
export function lookUp(object: unknown, path: FieldPath): { value: unknown } | { missingFrom: number } {
  let value = object;
  for (const [depth, name] of path.entries()) {
    if (!isFields(value) || !Object.hasOwn(value, name)) return { missingFrom: depth };
    value = value[name];
  }
  return { value };
}

export function withValue(object: Fields, path: FieldPath, value: unknown): Fields {
  const [name, ...rest] = path;
  if (name === undefined) return object;
  const child = Object.hasOwn(object, name) && isFields(object[name]) ? object[name] : {};
  return { ...object, [name]: rest.length === 0 ? value : withValue(child, rest, value) };
}

export function withoutPath(object: Fields, path: FieldPath): Fields {
  const [name, ...rest] = path;
  if (name === undefined || !Object.hasOwn(object, name)) return object;
  const { [name]: child, ...others } = object;
  if (rest.length === 0) return others;
  return isFields(child) ? { ...object, [name]: withoutPath(child, rest) } : object;
}

/** Builds the partial object that has exactly these leaves. */
export function fieldsOf(leaves: readonly Leaf[]): Fields {
  return leaves.reduce<Fields>((fields, { path, value }) => withValue(fields, path, value), {});
}

/** Lays `top` over `base`: objects are merged, everything else is replaced. */
export function overlay(base: unknown, top: unknown): unknown {
  if (!isFields(base) || !isFields(top)) return top;
  const merged = Object.entries(top).map(
    ([name, value]) => [name, Object.hasOwn(base, name) ? overlay(base[name], value) : value] as const,
  );
  return { ...base, ...Object.fromEntries(merged) };
}

/**
 * Whether everything in `wanted` is so in `live`; what the server filled in besides does not matter.
 * Lists match item by item. An empty value matches an absent field, since servers leave those out.
 */
export function isSubset(wanted: unknown, live: unknown): boolean {
  if (live === undefined) return isEmpty(wanted);
  if (Array.isArray(wanted))
    return (
      Array.isArray(live) && wanted.length === live.length && wanted.every((item, index) => isSubset(item, live[index]))
    );
  if (isFields(wanted))
    return isFields(live) && Object.entries(wanted).every(([name, value]) => isSubset(value, live[name]));
  return wanted === live;
}

/** Equality of JSON values; the order of object keys does not matter. */
export function isSame(left: unknown, right: unknown): boolean {
  if (Array.isArray(left))
    return (
      Array.isArray(right) && left.length === right.length && left.every((item, index) => isSame(item, right[index]))
    );
  if (!isFields(left) || !isFields(right)) return left === right;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name]))
  );
}

/** True for an object that holds nothing but empty objects. */
export function isHollow(value: unknown): boolean {
  return isFields(value) && Object.values(value).every(isHollow);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  return Array.isArray(value) ? value.length === 0 : isFields(value) && Object.values(value).every(isEmpty);
}
