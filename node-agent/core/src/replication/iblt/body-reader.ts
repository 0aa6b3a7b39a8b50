/**
 * Reads the bytes of one message body from a stranger, the counterpart of BodyWriter (step 4 of a
 * message's way). Whatever does not fit (too short, a varint longer than needed or over 32 bits)
 * sets `failed` for good and reads as 0; callers look at `failed` before they use what they read.
 */

export class BodyReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    if (!this.#has(1)) return 0;
    return this.#bytes[this.#at++]!;
  }

  uint32(): number {
    if (!this.#has(4)) return 0;
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte > 0x7f) continue;
      const longerThanNeeded = byte === 0 && shift > 0;
      return longerThanNeeded || value > 0xffffffff ? this.#fail() : value;
    }
    return this.#fail();
  }

  signedVarint(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  #has(count: number): boolean {
    if (this.left < count) this.failed = true;
    return !this.failed;
  }

  #fail(): number {
    this.failed = true;
    return 0;
  }
}
