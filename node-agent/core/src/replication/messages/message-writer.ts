/**
 * Builds one message of the replication protocol: single bytes, varints and byte strings, one after
 * the other. Part of step 4 of a message's way; it knows no message type.
 */
const firstBytes = 64;

export class MessageWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(expectedBytes = firstBytes) {
    this.#bytes = new Uint8Array(expectedBytes);
  }

  byte(value: number): this {
    this.#room(1);
    this.#bytes[this.#length++] = value;
    return this;
  }

  /** Unsigned LEB128 of 0 to 2^53 - 1: seven bits a byte, the lowest first. */
  varint(value: number): this {
    this.#room(8);
    let left = value;
    while (left >= 128) {
      this.#bytes[this.#length++] = (left % 128) | 128;
      left = Math.floor(left / 128);
    }
    this.#bytes[this.#length++] = left;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** Its length as a varint, then the bytes. */
  sized(value: Uint8Array): this {
    return this.varint(value.length).bytes(value);
  }

  /** The message, perhaps a view; the writer is not used after it. */
  finish(): Uint8Array {
    return this.#length === this.#bytes.length
      ? this.#bytes
      : this.#bytes.subarray(0, this.#length);
  }

  #room(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
