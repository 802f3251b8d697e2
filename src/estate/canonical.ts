import { meshError } from '../errors/mesh-error.ts';

/**
 * The one JSON text of a value (RFC 8785): no blanks, object keys in the order of their UTF-16 code units. Fields
 * that hold `undefined` are left out, as in JSON.stringify; anything else that JSON cannot carry throws a TypeError.
 *
 * @throws MW1070 for text with half a surrogate pair, which a file may hold and RFC 8785 (3.2.2.2) makes an error
 */
export function canonicalJson(value: unknown): string {
  return textOf(value, '');
}

/** @param place where the value stands, as `hosts[0].name`; empty for the whole */
function textOf(value: unknown, place: string): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return stringText(value, place);
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map((one, index) => textOf(one, `${place}[${index}]`)).join(',')}]`;
  if (typeof value === 'object') return objectText(value, place);
  throw new TypeError(`JSON has no ${typeof value}`);
}

function stringText(value: string, place: string): string {
  if (!value.isWellFormed()) throw meshError('MW1070', { place: place.toWellFormed() || 'the text' });
  return JSON.stringify(value);
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
  return JSON.stringify(value);
}

function objectText(value: object, place: string): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError('only plain objects have a canonical form');
  // The default order of sort() is that of UTF-16 code units, which RFC 8785 asks for.
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => fieldText(name, field, place === '' ? name : `${place}.${name}`))
    .join(',')}}`;
}

function fieldText(name: string, field: unknown, place: string): string {
  return `${stringText(name, place)}:${textOf(field, place)}`;
}
