import { NotAList } from './json-items.ts';

/** How one field is read: a text, true or false, labels, the time in seconds, a message, or messages. */
export type Field =
  | readonly [name: string, how: 'text' | 'flag' | 'labels' | 'seconds']
  | readonly [name: string, how: 'one' | 'many', shape: Shape];

/** The fields of a message that are read, by their number; all others are stepped over. */
export type Shape = Readonly<Record<number, Field>>;

const entry: Shape = { 1: ['key', 'text'], 2: ['value', 'text'] };
const time: Shape = { 1: ['seconds', 'seconds'] };

/**
 * Reads the fields that a shape names. Nesting is as deep as the shape, whatever the bytes say.
 * Format: protobuf.dev, "Encoding". Throws NotAList where the bytes are none.
 */
export function messageAt(shape: Shape, bytes: Buffer, from: number, end: number): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  let at = from;
  while (at < end) {
    const tag = need(varintAt(bytes, at, end));
    at += tag.size;
    const wire = tag.value % 8;
    if (wire === 0) {
      const number = need(varintAt(bytes, at, end));
      at += number.size;
      putNumber(message, shape[Math.floor(tag.value / 8)], number.value);
      continue;
    }
    const length = wire === 2 ? need(varintAt(bytes, at, end)) : { value: fixedSize(wire), size: 0 };
    at += length.size;
    if (length.value > end - at) throw new NotAList('a part of an item is longer than the item');
    if (wire === 2) putBytes(message, shape[Math.floor(tag.value / 8)], bytes, at, at + length.value);
    at += length.value;
  }
  return message;
}

/** A number of up to ten bytes, exact below 2^53; undefined where it does not end before `end`. */
export function varintAt(bytes: Buffer, from: number, end: number): { value: number; size: number } | undefined {
  let value = 0;
  let scale = 1;
  for (let size = 1; size <= 10 && from + size <= end; size += 1) {
    const byte = bytes[from + size - 1] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, size };
    scale *= 128;
  }
  return undefined;
}

function need<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new NotAList('it is no protobuf');
  return value;
}

function fixedSize(wire: number): number {
  if (wire === 1) return 8;
  if (wire === 5) return 4;
  throw new NotAList('it is no protobuf');
}

function putNumber(message: Record<string, unknown>, field: Field | undefined, value: number): void {
  if (field?.[1] === 'flag') message[field[0]] = value !== 0;
  else if (field?.[1] === 'seconds') message[field[0]] = value;
}

function putBytes(
  message: Record<string, unknown>,
  field: Field | undefined,
  bytes: Buffer,
  from: number,
  to: number,
): void {
  if (field === undefined) return;
  const [name, how, shape = {}] = field;
  if (how === 'text') message[name] = bytes.toString('utf8', from, to);
  else if (how === 'seconds') message[name] = messageAt(time, bytes, from, to)['seconds'] ?? 0;
  else if (how === 'one') message[name] = messageAt(shape, bytes, from, to);
  else if (how === 'many') listOf(message, name).push(messageAt(shape, bytes, from, to));
  else if (how === 'labels') putLabel(message, name, messageAt(entry, bytes, from, to));
}

function listOf(message: Record<string, unknown>, name: string): unknown[] {
  return (message[name] ??= []) as unknown[];
}

/** A key is defined and never assigned: one may be called `__proto__`. */
function putLabel(
  message: Record<string, unknown>,
  name: string,
  { key = '', value = '' }: Record<string, unknown>,
): void {
  const labels = (message[name] ??= {});
  Object.defineProperty(labels, String(key), { value, enumerable: true, writable: true, configurable: true });
}
