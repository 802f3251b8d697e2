/**
 * Nodes by a key, the highest first, lower numbers first among equals. A binary heap with an index of places, so that a
 * key can be changed while the node is in it.
 */
export class MaxHeap {
  readonly key: Float64Array;
  readonly #heap: Int32Array;
  readonly #place: Int32Array;
  size = 0;

  constructor(count: number) {
    this.key = new Float64Array(count);
    this.#heap = new Int32Array(count);
    this.#place = new Int32Array(count).fill(-1);
  }

  has(node: number): boolean {
    return this.#place[node] !== -1;
  }

  push(node: number, key: number): void {
    this.key[node] = key;
    this.#set(this.size, node);
    this.size += 1;
    this.#up(this.size - 1);
  }

  change(node: number, key: number): void {
    const isHigher = key > this.key[node]!;
    this.key[node] = key;
    if (isHigher) this.#up(this.#place[node]!);
    else this.#down(this.#place[node]!);
  }

  /** Takes the highest out; -1 if there is none. */
  pop(): number {
    if (this.size === 0) return -1;
    const top = this.#heap[0]!;
    this.#place[top] = -1;
    this.size -= 1;
    if (this.size > 0) {
      this.#set(0, this.#heap[this.size]!);
      this.#down(0);
    }
    return top;
  }

  #set(place: number, node: number): void {
    this.#heap[place] = node;
    this.#place[node] = place;
  }

  #isAbove(a: number, b: number): boolean {
    const ofA = this.key[a]!;
    const ofB = this.key[b]!;
    return ofA > ofB || (ofA === ofB && a < b);
  }

  #up(start: number): void {
    let place = start;
    const node = this.#heap[place]!;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isAbove(node, this.#heap[parent]!)) break;
      this.#set(place, this.#heap[parent]!);
      place = parent;
    }
    this.#set(place, node);
  }

  #down(start: number): void {
    let place = start;
    const node = this.#heap[place]!;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.size) break;
      if (child + 1 < this.size && this.#isAbove(this.#heap[child + 1]!, this.#heap[child]!)) child += 1;
      if (!this.#isAbove(this.#heap[child]!, node)) break;
      this.#set(place, this.#heap[child]!);
      place = child;
    }
    this.#set(place, node);
  }
}
