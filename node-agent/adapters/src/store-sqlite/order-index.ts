/**
 * Which row stands where in the one total order of its tag, for all held bundles: what pages are
 * read by (step 3). Kept in memory, about 75 bytes an entry, and built anew at every start, because
 * on the card it would be a quarter of all that is written. Chunks of sorted keys, split when full.
 */
import { orderKeyBytes } from '@muster/core';

/** What the index knows of an entry. */
export interface Placed {
  /** 16 bytes. */
  readonly tag: Uint8Array;
  /** 25 bytes. */
  readonly orderKey: Uint8Array;
  readonly row: number;
  readonly kind: number;
}

/** An insertion moves half a chunk on average: 3 KB, well under a microsecond. */
const chunkMax = 128;

/** A key is tag ‖ order key as signed words whose order is the bytes' order. */
const tagWords = 4;
const keyWords = tagWords + Math.ceil(orderKeyBytes / 4);

interface Chunk {
  count: number;
  readonly keys: Int32Array;
  readonly rows: Float64Array;
  readonly kinds: Uint8Array;
}

export class OrderIndex {
  readonly #chunks: Chunk[] = [];
  /** The key that is looked for. */
  readonly #key = new Int32Array(keyWords);
  #row = 0;

  /** Equal order keys are ordered by row. */
  add({ tag, orderKey, row, kind }: Placed): void {
    this.#seek(tag, orderKey, row);
    if (this.#chunks.length === 0) this.#chunks.push(newChunk());
    let chunkNo = this.#chunkNo();
    let chunk = this.#chunks[chunkNo]!;
    let index = this.#indexIn(chunk);
    if (chunk.count === chunkMax) {
      this.#split(chunkNo, index);
      if (index >= chunk.count) {
        index -= chunk.count;
        chunk = this.#chunks[++chunkNo]!;
      }
    }
    insert(chunk, index);
    chunk.keys.set(this.#key, index * keyWords);
    chunk.rows[index] = row;
    chunk.kinds[index] = kind;
  }

  remove({ tag, orderKey, row }: Omit<Placed, 'kind'>): void {
    if (this.#chunks.length === 0) return;
    this.#seek(tag, orderKey, row);
    const chunkNo = this.#chunkNo();
    const chunk = this.#chunks[chunkNo]!;
    const index = this.#indexIn(chunk);
    if (index >= chunk.count || chunk.rows[index] !== row) return;
    removeAt(chunk, index);
    if (chunk.count === 0) this.#chunks.splice(chunkNo, 1);
  }

  /** Rows before an order key, or all of the tag, newest first; of a kind when it is given. */
  *before(tag: Uint8Array, orderKey: Uint8Array | undefined, kind?: number): Generator<number> {
    // A longer cursor lies behind the key that it begins with, a shorter one before it.
    const longer = !orderKey || orderKey.length > orderKeyBytes;
    this.#seek(tag, orderKey ?? lastOrderKey, longer ? Infinity : -Infinity);
    let [chunkNo, index] = this.#position();
    for (;;) {
      const chunk = this.#chunks[chunkNo];
      if (!chunk) return;
      while (--index >= 0) {
        if (!this.#hasTag(chunk, index, tag)) return;
        if (kind === undefined || chunk.kinds[index] === kind) yield chunk.rows[index]!;
      }
      index = this.#chunks[--chunkNo]?.count ?? 0;
    }
  }

  /** Rows after an order key, oldest first; of a kind when it is given. */
  *after(tag: Uint8Array, orderKey: Uint8Array, kind?: number): Generator<number> {
    this.#seek(tag, orderKey, orderKey.length < orderKeyBytes ? -Infinity : Infinity);
    let [chunkNo, index] = this.#position();
    for (; chunkNo < this.#chunks.length; chunkNo++, index = 0) {
      const chunk = this.#chunks[chunkNo]!;
      for (; index < chunk.count; index++) {
        if (!this.#hasTag(chunk, index, tag)) return;
        if (kind === undefined || chunk.kinds[index] === kind) yield chunk.rows[index]!;
      }
    }
  }

  /** The highest rows of a kind, highest first: one pass over the kinds of all entries. */
  newestOfKind(kind: number, limit: number): number[] {
    const found: number[] = [];
    let lowest = Number.NEGATIVE_INFINITY;
    const cut = () => {
      found.sort((a, b) => b - a);
      found.length = Math.min(found.length, limit);
    };
    for (const { count, kinds, rows } of this.#chunks) {
      for (let i = 0; i < count; i++) {
        if (kinds[i] !== kind || rows[i]! < lowest) continue;
        found.push(rows[i]!);
        if (found.length < 2 * limit + 64) continue;
        cut();
        lowest = found.at(-1) ?? lowest;
      }
    }
    cut();
    return found;
  }

  #seek(tag: Uint8Array, orderKey: Uint8Array, row: number): void {
    writeWords(this.#key, 0, tag);
    writeWords(this.#key, tagWords, orderKey);
    this.#row = row;
  }

  #position(): [chunkNo: number, index: number] {
    if (this.#chunks.length === 0) return [0, 0];
    const chunkNo = this.#chunkNo();
    return [chunkNo, this.#indexIn(this.#chunks[chunkNo]!)];
  }

  /** The last chunk that begins at or before what is looked for; the first when none does. */
  #chunkNo(): number {
    let low = 1;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#chunks[middle]!, 0) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Index of the first entry of a chunk at or behind what is looked for. */
  #indexIn(chunk: Chunk): number {
    let low = 0;
    let high = chunk.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(chunk, middle) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below zero when the entry stands before what is looked for. */
  #compare(chunk: Chunk, index: number): number {
    const { keys } = chunk;
    const key = this.#key;
    const start = index * keyWords;
    for (let i = 0; i < keyWords; i++) {
      const word = keys[start + i]!;
      if (word !== key[i]) return word < key[i]! ? -1 : 1;
    }
    return chunk.rows[index]! - this.#row;
  }

  #hasTag(chunk: Chunk, index: number, tag: Uint8Array): boolean {
    for (let i = 0; i < tagWords; i++) {
      if (chunk.keys[index * keyWords + i] !== wordAt(tag, i * 4)) return false;
    }
    return true;
  }

  /** In the middle; at the end when that is where the next one goes, as entries mostly arrive. */
  #split(chunkNo: number, index: number): void {
    const chunk = this.#chunks[chunkNo]!;
    const from = index === chunkMax ? chunkMax : chunkMax / 2;
    const right = newChunk();
    right.keys.set(chunk.keys.subarray(from * keyWords));
    right.rows.set(chunk.rows.subarray(from));
    right.kinds.set(chunk.kinds.subarray(from));
    right.count = chunkMax - from;
    chunk.count = from;
    this.#chunks.splice(chunkNo + 1, 0, right);
  }
}

const lastOrderKey = new Uint8Array(orderKeyBytes).fill(255);

function newChunk(): Chunk {
  return {
    count: 0,
    keys: new Int32Array(chunkMax * keyWords),
    rows: new Float64Array(chunkMax),
    kinds: new Uint8Array(chunkMax),
  };
}

function insert(chunk: Chunk, index: number): void {
  const { keys, rows, kinds, count } = chunk;
  keys.copyWithin((index + 1) * keyWords, index * keyWords, count * keyWords);
  rows.copyWithin(index + 1, index, count);
  kinds.copyWithin(index + 1, index, count);
  chunk.count++;
}

function removeAt(chunk: Chunk, index: number): void {
  const { keys, rows, kinds, count } = chunk;
  keys.copyWithin(index * keyWords, (index + 1) * keyWords, count * keyWords);
  rows.copyWithin(index, index + 1, count);
  kinds.copyWithin(index, index + 1, count);
  chunk.count--;
}

function writeWords(words: Int32Array, from: number, bytes: Uint8Array): void {
  const count = from === 0 ? tagWords : keyWords - tagWords;
  for (let i = 0; i < count; i++) words[from + i] = wordAt(bytes, i * 4);
}

/** Big-endian, the top bit turned so that signed order is the bytes' order; zero where none are. */
function wordAt(bytes: Uint8Array, at: number): number {
  const a = bytes[at] ?? 0;
  const b = bytes[at + 1] ?? 0;
  const c = bytes[at + 2] ?? 0;
  const d = bytes[at + 3] ?? 0;
  return ((a << 24) | (b << 16) | (c << 8) | d) ^ 0x80000000;
}
