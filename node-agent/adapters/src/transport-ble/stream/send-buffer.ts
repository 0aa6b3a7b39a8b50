/**
 * The bytes that were taken and not acknowledged yet, numbered from the first one ever sent. They
 * are kept as they came and copied once, into the packet. Below step 4 of a message's way.
 */

/** Released chunks leave the list by this many at once. */
const compactChunks = 256;

export class SendBuffer {
  #chunks: Uint8Array[] = [];
  /** Offset of each chunk's first byte. */
  #starts: number[] = [];
  /** The first chunk that is still needed. */
  #head = 0;
  #end: number;

  constructor(firstOffset: number) {
    this.#end = firstOffset;
  }

  /** Behind the last byte. */
  get end(): number {
    return this.#end;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#starts.push(this.#end);
    this.#end += bytes.length;
  }

  /** Copies the bytes from `start` to `end` into `target`; they must not be released. */
  copy(start: number, end: number, target: Uint8Array, at: number): void {
    let chunkAt = this.#chunkOf(start);
    for (let offset = start; offset < end; chunkAt += 1) {
      const chunk = this.#chunks[chunkAt]!;
      const from = offset - this.#starts[chunkAt]!;
      const to = Math.min(chunk.length, from + end - offset);
      target.set(chunk.subarray(from, to), at + offset - start);
      offset += to - from;
    }
  }

  /** Bytes below `offset` are not needed any more. */
  release(offset: number): void {
    while (this.#head < this.#chunks.length && this.#endOf(this.#head) <= offset) {
      this.#chunks[this.#head] = none;
      this.#head += 1;
    }
    if (this.#head < compactChunks && this.#head < this.#chunks.length) return;
    this.#chunks.splice(0, this.#head);
    this.#starts.splice(0, this.#head);
    this.#head = 0;
  }

  #endOf(chunkAt: number): number {
    return this.#starts[chunkAt + 1] ?? this.#end;
  }

  /** Binary search: writes may be tiny, and thousands of them. */
  #chunkOf(offset: number): number {
    let low = this.#head;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const none = new Uint8Array(0);
