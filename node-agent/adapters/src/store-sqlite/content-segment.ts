/**
 * Contents packed for the disk (step 3): what the held entries of one segment carry. Little-endian:
 * for each row signature (64) ‖ signed; then for each row its offset from the first row (4) and the
 * length of `signed` (4); then count (2) ‖ format (1) ‖ CRC-32 over all before it (4). The table
 * comes last so that it can be written while rows come in. Touches no table of the database.
 */
import { crc32 } from 'node:zlib';

const signatureBytes = 64;
const tableRowBytes = 8;
const tailBytes = 7;
const format = 1;

export interface Content {
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Bytes that a row takes in a segment. */
export function packedBytes(content: Content): number {
  return signatureBytes + content.signed.length + tableRowBytes;
}

/** Collects contents into one buffer that is used again and again. */
export class ContentPacker {
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #dataBytes = 0;
  /** Row offset and length of `signed`, one after the other. */
  readonly #table: number[] = [];

  get count(): number {
    return this.#table.length / 2;
  }

  get bytes(): number {
    return this.#dataBytes + this.count * tableRowBytes + tailBytes;
  }

  /** Throws a RangeError for a signature that is none. */
  add(rowOffset: number, content: Content): void {
    const { signed, signature } = content;
    if (signature.length !== signatureBytes) throw new RangeError('signature of a wrong length');
    this.#reserve(this.bytes + packedBytes(content));
    this.#buffer.set(signature, this.#dataBytes);
    this.#buffer.set(signed, this.#dataBytes + signatureBytes);
    this.#dataBytes += signatureBytes + signed.length;
    this.#table.push(rowOffset, signed.length);
  }

  /** The segment, a view that holds until the next `add`; the packer is empty again. */
  take(): Buffer {
    const buffer = this.#buffer;
    const { bytes, count } = this;
    let end = this.#dataBytes;
    for (const number of this.#table) end = buffer.writeUInt32LE(number, end);
    end = buffer.writeUInt16LE(count, end);
    end = buffer.writeUInt8(format, end);
    buffer.writeUInt32LE(crc32(buffer.subarray(0, end)), end);
    this.clear();
    return buffer.subarray(0, bytes);
  }

  clear(): void {
    this.#dataBytes = 0;
    this.#table.length = 0;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(bytes * 2);
    this.#buffer.copy(larger, 0, 0, this.#dataBytes);
    this.#buffer = larger;
  }
}

/** A segment as it came from the disk. */
export class ContentSegment {
  readonly #bytes: Buffer;
  readonly #count: number;

  private constructor(bytes: Buffer, count: number) {
    this.#bytes = bytes;
    this.#count = count;
  }

  /** Undefined for anything but what a packer has made: foreign, cut or damaged. */
  static read(bytes: unknown): ContentSegment | undefined {
    if (!Buffer.isBuffer(bytes) || bytes.length < tailBytes) return undefined;
    const end = bytes.length - 4;
    if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) return undefined;
    const count = bytes.readUInt16LE(bytes.length - tailBytes);
    if (bytes[bytes.length - 5] !== format) return undefined;
    const segment = new ContentSegment(bytes, count);
    return segment.#dataBytes() === segment.#tableStart ? segment : undefined;
  }

  find(rowOffset: number): Content | undefined {
    let start = 0;
    for (let i = 0; i < this.#count; i++) {
      const signedBytes = this.#signedBytes(i);
      if (this.#rowOffset(i) === rowOffset) return this.#contentAt(start, signedBytes);
      start += signatureBytes + signedBytes;
    }
    return undefined;
  }

  /** Puts the rows for which `keep` holds into a packer. */
  pack(into: ContentPacker, keep: (rowOffset: number) => boolean): void {
    let start = 0;
    for (let i = 0; i < this.#count; i++) {
      const rowOffset = this.#rowOffset(i);
      const signedBytes = this.#signedBytes(i);
      if (keep(rowOffset)) into.add(rowOffset, this.#contentAt(start, signedBytes));
      start += signatureBytes + signedBytes;
    }
  }

  get #tableStart(): number {
    return this.#bytes.length - tailBytes - this.#count * tableRowBytes;
  }

  #rowOffset(index: number): number {
    return this.#bytes.readUInt32LE(this.#tableStart + index * tableRowBytes);
  }

  #signedBytes(index: number): number {
    return this.#bytes.readUInt32LE(this.#tableStart + index * tableRowBytes + 4);
  }

  #dataBytes(): number {
    if (this.#tableStart < 0) return -1;
    let bytes = 0;
    for (let i = 0; i < this.#count; i++) bytes += signatureBytes + this.#signedBytes(i);
    return bytes;
  }

  /** Plain arrays of their own: callers keep them. */
  #contentAt(start: number, signedBytes: number): Content {
    const { buffer, byteOffset } = this.#bytes;
    const from = byteOffset + start;
    return {
      signature: new Uint8Array(buffer, from, signatureBytes).slice(),
      signed: new Uint8Array(buffer, from + signatureBytes, signedBytes).slice(),
    };
  }
}
