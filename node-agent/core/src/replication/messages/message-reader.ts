/**
 * Reads one message of the replication protocol, strictly: every read is bounded, varints have one
 * form only. After the first fault `failed` stays true and every read yields an empty value;
 * callers check once, with `done`. Part of step 4; it never throws.
 */
const none = new Uint8Array(0);

export class MessageReader {
  failed = false;
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  byte(max = 255): number {
    const value = this.#bytes[this.#at];
    if (this.failed || value === undefined || value > max) return this.#fail();
    this.#at++;
    return value;
  }

  /** Unsigned LEB128 in its shortest form, at most `max` (at most 2^53 - 1). */
  varint(max: number): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const next = this.byte();
      if (this.failed) return 0;
      value += (next & 127) * scale;
      if (value > max) return this.#fail();
      if (next < 128) return next === 0 && scale > 1 ? this.#fail() : value;
      scale *= 128;
      // Zeros beyond the seventh byte would go on for ever without reaching `max`.
      if (scale > 2 ** 49) return this.#fail();
    }
  }

  /** A view of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    if (this.failed || length > this.#bytes.length - this.#at) {
      this.#fail();
      return none;
    }
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** The next `length` bytes, copied out of the message. */
  copy(length: number): Uint8Array {
    if (this.failed || length > this.#bytes.length - this.#at) {
      this.#fail();
      return none;
    }
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  /** A varint length of at most `max`, then a view of that many bytes. */
  sized(max: number): Uint8Array {
    return this.bytes(this.varint(max));
  }

  /** A view of all that is left. */
  rest(): Uint8Array {
    return this.bytes(this.#bytes.length - this.#at);
  }

  /** True when nothing failed and the message was read to its last byte. */
  done(): boolean {
    return !this.failed && this.#at === this.#bytes.length;
  }

  #fail(): number {
    this.failed = true;
    return 0;
  }
}
