import { type ItemLimits, itemLimits, NotAList } from './json-items.ts';
import { type Shape, messageAt, varintAt } from './protobuf.ts';

const MAGIC = Buffer.from('k8s\0', 'latin1');
/** `TypeMeta`, `ListMeta`: apimachinery, `pkg/runtime/generated.proto` and `pkg/apis/meta/v1/generated.proto`. */
const typeMeta: Shape = { 1: ['apiVersion', 'text'], 2: ['kind', 'text'] };
const listMeta: Shape = { 2: ['resourceVersion', 'text'], 3: ['continue', 'text'] };
/** Numbers of the fields of `Unknown`, which holds the list, and of every list. */
const [TYPE_META, RAW] = [1, 2];
const [LIST_META, ITEMS] = [1, 2];

interface Header {
  field: number;
  /** Bytes of the header, and of the value that follows. */
  size: number;
  length: number;
}

/**
 * Cuts a list in Kubernetes' protobuf encoding into its items as the bytes arrive, and decodes of each what a shape names:
 * the rest is stepped over unread. An API server writes it in a tenth of the time that JSON takes it.
 *
 * Format: four bytes of magic, then a `runtime.Unknown` whose `raw` is the list.
 */
export class ProtobufItems {
  readonly #take: (item: unknown) => void;
  readonly #shape: Shape;
  readonly #limits: ItemLimits;
  #rest: Buffer = Buffer.alloc(0);
  #hasMagic = false;
  /** Bytes of the list that are to come; none while what surrounds it is read. */
  #left = 0;
  #hasItems = false;
  #envelope: Record<string, unknown> = {};

  constructor(take: (item: unknown) => void, shape: Shape, limits: ItemLimits = itemLimits) {
    this.#take = take;
    this.#shape = shape;
    this.#limits = limits;
  }

  /** Takes the next bytes. Throws NotAList, or what `take` throws. */
  write(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const buffer = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (let used = -1; used !== 0; at += used) used = this.#step(buffer, at);
    this.#rest = buffer.subarray(at);
  }

  /** What stands around the items. Throws NotAList where the list ends in the middle. */
  end(): { envelope: unknown; hasItems: boolean } {
    if (this.#rest.length > 0 || this.#left > 0 || !this.#hasMagic) throw new NotAList('it ends in the middle');
    return { envelope: this.#envelope, hasItems: this.#hasItems };
  }

  /** Reads one field; returns how many bytes it took, none where more have to come. */
  #step(buffer: Buffer, at: number): number {
    if (!this.#hasMagic) return this.#readMagic(buffer);
    const header = headerAt(buffer, at);
    if (header === undefined) return 0;
    const { field, size, length } = header;
    if (this.#left === 0 && field === RAW) return this.#beginList(header);
    if (length > this.#limits.itemBytes) throw new NotAList(`an item is larger than ${this.#limits.itemBytes} bytes`);
    if (buffer.length - at < size + length) return 0;
    const [from, to] = [at + size, at + size + length];
    if (this.#left > 0) this.#readPart(field, buffer, from, to);
    else if (field === TYPE_META) Object.assign(this.#envelope, messageAt(typeMeta, buffer, from, to));
    if (this.#left > 0) this.#left -= size + length;
    if (this.#left < 0) throw new NotAList('it is longer than it says');
    return size + length;
  }

  #readMagic(buffer: Buffer): number {
    if (buffer.length < MAGIC.length) return 0;
    if (!buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw new NotAList('it is no protobuf of Kubernetes');
    this.#hasMagic = true;
    return MAGIC.length;
  }

  #beginList({ size, length }: Header): number {
    if (this.#hasItems) throw new NotAList('it has items twice');
    this.#hasItems = true;
    this.#left = length;
    return size;
  }

  #readPart(field: number, buffer: Buffer, from: number, to: number): void {
    if (field === ITEMS) this.#take(messageAt(this.#shape, buffer, from, to));
    else if (field === LIST_META) this.#envelope['metadata'] = messageAt(listMeta, buffer, from, to);
  }
}

/** The header of a field, if all of it is there; NotAList where no list has such a field. */
function headerAt(buffer: Buffer, at: number): Header | undefined {
  const tag = varintAt(buffer, at, buffer.length);
  const length = tag && varintAt(buffer, at + tag.size, buffer.length);
  if (tag === undefined || length === undefined) {
    if (buffer.length - at > 20) throw new NotAList('it is no protobuf');
    return undefined;
  }
  const [field, wire] = [Math.floor(tag.value / 8), tag.value % 8];
  // Other fields than messages and texts are no part of a list, nor of what holds one.
  if (wire !== 2) throw new NotAList('it is no list in protobuf');
  return { field, size: tag.size + length.size, length: length.value };
}
