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

/** An insertion moves half a chunk on average: 2 KB. */
const chunkMax = 64;

/** An entry as words: tag ‖ order key ‖ row (high, low) ‖ kind; all but the kind are its key. */
const tagWords = 4;
const rowHigh = tagWords + Math.ceil(orderKeyBytes / 4);
const rowLow = rowHigh + 1;
const keyWords = rowHigh + 2;
const entryWords = keyWords + 1;

interface Chunk {
  count: number;
  readonly words: Int32Array;
}

export class OrderIndex {
  readonly #chunks: Chunk[] = [];
  /** What is looked for, or added. */
  readonly #sought = new Int32Array(entryWords);

  /** Equal order keys are ordered by row. */
  add({ tag, orderKey, row, kind }: Placed): void {
    this.#seek(tag, orderKey, row);
    this.#sought[keyWords] = kind;
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
    const at = index * entryWords;
    chunk.words.copyWithin(at + entryWords, at, chunk.count * entryWords);
    chunk.words.set(this.#sought, at);
    chunk.count++;
  }

  remove({ tag, orderKey, row }: Omit<Placed, 'kind'>): void {
    if (this.#chunks.length === 0) return;
    this.#seek(tag, orderKey, row);
    const chunkNo = this.#chunkNo();
    const chunk = this.#chunks[chunkNo]!;
    const index = this.#indexIn(chunk);
    if (index >= chunk.count || this.#compare(chunk, index) !== 0) return;
    const at = index * entryWords;
    chunk.words.copyWithin(at, at + entryWords, chunk.count * entryWords);
    chunk.count--;
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
        if (!hasTag(chunk, index, tag)) return;
        if (kind === undefined || kindAt(chunk, index) === kind) yield rowAt(chunk, index);
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
        if (!hasTag(chunk, index, tag)) return;
        if (kind === undefined || kindAt(chunk, index) === kind) yield rowAt(chunk, index);
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
    for (const chunk of this.#chunks) {
      for (let index = 0; index < chunk.count; index++) {
        if (kindAt(chunk, index) !== kind || rowAt(chunk, index) < lowest) continue;
        found.push(rowAt(chunk, index));
        if (found.length < 2 * limit + 64) continue;
        cut();
        lowest = found.at(-1) ?? lowest;
      }
    }
    cut();
    return found;
  }

  #seek(tag: Uint8Array, orderKey: Uint8Array, row: number): void {
    const words = this.#sought;
    for (let i = 0; i < tagWords; i++) words[i] = wordAt(tag, i * 4);
    for (let i = tagWords; i < rowHigh; i++) words[i] = wordAt(orderKey, (i - tagWords) * 4);
    if (Number.isFinite(row)) {
      words[rowHigh] = Math.floor(row / 2 ** 32);
      words[rowLow] = row ^ signBit;
    } else {
      words[rowHigh] = row > 0 ? 2 ** 31 - 1 : -(2 ** 31);
    }
  }

  #position(): [chunkNo: number, index: number] {
    if (this.#chunks.length === 0) return [0, 0];
    const chunkNo = this.#chunkNo();
    return [chunkNo, this.#indexIn(this.#chunks[chunkNo]!)];
  }

  /** The last chunk that begins at or before what is sought; the first when none does. */
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

  /** Index of the first entry of a chunk at or behind what is sought. */
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

  /** Below zero when the entry stands before what is sought. */
  #compare({ words }: Chunk, index: number): number {
    const sought = this.#sought;
    const at = index * entryWords;
    for (let i = 0; i < keyWords; i++) {
      const word = words[at + i]!;
      if (word !== sought[i]) return word < sought[i]! ? -1 : 1;
    }
    return 0;
  }

  /** In the middle; near the end when the newcomer goes there: entries mostly come in order. */
  #split(chunkNo: number, index: number): void {
    const chunk = this.#chunks[chunkNo]!;
    const from = index > (chunkMax * 3) / 4 ? (chunkMax * 7) / 8 : chunkMax / 2;
    const right = newChunk();
    right.words.set(chunk.words.subarray(from * entryWords));
    right.count = chunkMax - from;
    chunk.count = from;
    this.#chunks.splice(chunkNo + 1, 0, right);
  }
}

const lastOrderKey = new Uint8Array(orderKeyBytes).fill(255);
const signBit = 0x80000000;

function newChunk(): Chunk {
  return { count: 0, words: new Int32Array(chunkMax * entryWords) };
}

function rowAt({ words }: Chunk, index: number): number {
  const at = index * entryWords;
  return words[at + rowHigh]! * 2 ** 32 + ((words[at + rowLow]! ^ signBit) >>> 0);
}

function kindAt({ words }: Chunk, index: number): number {
  return words[index * entryWords + keyWords]!;
}

function hasTag({ words }: Chunk, index: number, tag: Uint8Array): boolean {
  const at = index * entryWords;
  for (let i = 0; i < tagWords; i++) if (words[at + i] !== wordAt(tag, i * 4)) return false;
  return true;
}

/** Big-endian, the sign turned so that signed order is the bytes' order; zero where none are. */
function wordAt(bytes: Uint8Array, at: number): number {
  const a = bytes[at] ?? 0;
  const b = bytes[at + 1] ?? 0;
  const c = bytes[at + 2] ?? 0;
  const d = bytes[at + 3] ?? 0;
  return ((a << 24) | (b << 16) | (c << 8) | d) ^ signBit;
}
