/**
 * Writes the bytes of one message body: numbers little-endian, lengths as varints (unsigned LEB128,
 * shortest form; signed values zigzag first). For step 4 of a message's way. The caller keeps to
 * the room that was asked for; it never grows.
 */

export class BodyWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytesMax: number) {
    this.#bytes = new Uint8Array(bytesMax);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes that still fit. */
  get room(): number {
    return this.#bytes.length - this.#at;
  }

  /** What was written; the writer is not used after it. */
  finish(): Uint8Array {
    return this.room === 0 ? this.#bytes : this.#bytes.slice(0, this.#at);
  }

  byte(value: number): void {
    this.#bytes[this.#at++] = value;
  }

  uint32(value: number): void {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** 0 to 2^32 - 1, in one to five bytes. */
  varint(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** -2^31 to 2^31 - 1; small magnitudes are short. */
  signedVarint(value: number): void {
    this.varint((value << 1) ^ (value >> 31));
  }
}
