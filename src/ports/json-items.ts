/** What a stream of JSON may hold before it is given up. */
export interface ItemLimits {
  /** Bytes of one item; an API server takes no object beyond 3 MiB. */
  itemBytes: number;
  /** Bytes of everything around the items. */
  envelopeBytes: number;
  /** How deep brackets may nest, counted from the outermost. */
  depth: number;
}

export const itemLimits: ItemLimits = { itemBytes: 8 * 1024 * 1024, envelopeBytes: 1024 * 1024, depth: 250 };

/** The stream is not one JSON object with one list of objects named `items`, or is beyond the limits. */
export class NotAList extends Error {}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const spaces = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** Depths: in the outermost object, in its list of items, and in an item. */
const [ENVELOPE, LIST, ITEM] = [1, 2, 3];
const itemsKey = /[{,]\s*"items"\s*:\s*\[$/;

/**
 * Cuts the answer to a list request into its items as the bytes arrive, so that no more than one of them is in memory as
 * text or unreduced: the whole of a large list would be hundreds of megabytes.
 *
 * Only brackets and strings are looked at here. Each piece is parsed by `JSON.parse`: what is no JSON throws, and of a key
 * that an object has twice the last counts, as it does for kubectl.
 */
export class ItemSplitter {
  readonly #take: (item: unknown) => void;
  readonly #limits: ItemLimits;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  /** Between the brackets of the list. */
  #inItems = false;
  #hasItems = false;
  /** A comma, or the beginning of the list, was last. */
  #mayBegin = true;
  #envelope = '';
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  /** What is being read is of an item or of the envelope, and not what stands between items. */
  #isKept = true;

  constructor(take: (item: unknown) => void, limits: ItemLimits = itemLimits) {
    this.#take = take;
    this.#limits = limits;
  }

  /** Takes the next bytes. Throws NotAList, the SyntaxError of an item that is no JSON, or what `take` throws. */
  write(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let from = this.#isKept ? 0 : -1;
    let [inString, isEscaped] = [this.#inString, this.#isEscaped];
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if (inString) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) inString = false;
      } else if (byte === QUOTE && from >= 0) inString = true;
      else if (byte === OPEN_OBJECT || byte === OPEN_LIST) from = this.#open(byte, chunk, from, at);
      else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) from = this.#close(byte, chunk, from, at);
      else if (from < 0) this.#between(byte);
    }
    [this.#inString, this.#isEscaped, this.#isKept] = [inString, isEscaped, from >= 0];
    if (from >= 0) this.#keep(chunk.subarray(from));
  }

  /** What stands around the items, with an empty list in their place, and whether there was one. Throws like `write`. */
  end(): { envelope: unknown; hasItems: boolean } {
    if (this.#depth !== 0 || this.#inString) throw new NotAList('it ends in the middle');
    return { envelope: JSON.parse(this.#envelope + this.#flush()), hasItems: this.#hasItems };
  }

  /** Returns where what is kept begins in the chunk, or -1. */
  #open(byte: number, chunk: Buffer, from: number, at: number): number {
    this.#depth += 1;
    if (this.#depth > this.#limits.depth) throw new NotAList(`it nests deeper than ${this.#limits.depth} levels`);
    if (this.#inItems) return this.#depth === ITEM ? this.#beginItem(byte, at) : from;
    if (byte !== OPEN_LIST || this.#depth !== LIST) return from;
    this.#keep(chunk.subarray(from, at + 1));
    this.#envelope += this.#flush();
    if (!itemsKey.test(this.#envelope.slice(-100))) return at + 1;
    if (this.#hasItems) throw new NotAList('it has items twice');
    this.#hasItems = this.#inItems = this.#mayBegin = true;
    return -1;
  }

  #beginItem(byte: number, at: number): number {
    if (byte !== OPEN_OBJECT || !this.#mayBegin) throw new NotAList('an item is no object');
    this.#mayBegin = false;
    return at;
  }

  #close(byte: number, chunk: Buffer, from: number, at: number): number {
    this.#depth -= 1;
    if (this.#depth < 0) throw new NotAList('it is no JSON');
    if (!this.#inItems || this.#depth > LIST) return from;
    if (this.#depth === LIST) {
      this.#keep(chunk.subarray(from, at + 1));
      this.#take(JSON.parse(this.#flush()));
      return -1;
    }
    if (byte !== CLOSE_LIST || this.#depth !== ENVELOPE) throw new NotAList('it is no JSON');
    this.#inItems = false;
    return at;
  }

  /** Between two items nothing stands but one comma, and space. */
  #between(byte: number): void {
    if (byte === COMMA && !this.#mayBegin) this.#mayBegin = true;
    else if (!spaces.has(byte)) throw new NotAList('an item is no object');
  }

  #keep(piece: Buffer): void {
    this.#pieceBytes += piece.length;
    const isItem = this.#inItems;
    const limit = isItem ? this.#limits.itemBytes : this.#limits.envelopeBytes - this.#envelope.length;
    if (this.#pieceBytes > limit)
      throw new NotAList(isItem ? `an item is larger than ${limit} bytes` : 'what surrounds its items is too large');
    this.#pieces.push(piece);
  }

  #flush(): string {
    const [first, ...others] = this.#pieces;
    const whole = first === undefined || others.length > 0 ? Buffer.concat(this.#pieces) : first;
    [this.#pieces, this.#pieceBytes] = [[], 0];
    return whole.toString('utf8');
  }
}
