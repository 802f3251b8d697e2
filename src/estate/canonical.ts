/**
 * The one JSON text of a value (RFC 8785): no blanks, object keys in the order of their UTF-16 code units. Fields
 * that hold `undefined` are left out, as in JSON.stringify; anything else that JSON cannot carry throws a TypeError.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') return objectText(value);
  throw new TypeError(`JSON has no ${typeof value}`);
}

function stringText(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('JSON text cannot hold half a surrogate pair');
  return JSON.stringify(value);
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
  return JSON.stringify(value);
}

function objectText(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError('only plain objects have a canonical form');
  // The default order of sort() is that of UTF-16 code units, which RFC 8785 asks for.
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${stringText(name)}:${canonicalJson(field)}`)
    .join(',')}}`;
}
