/**
 * Reads the fields of one packet (MQTT 3.1.1, 1.5): numbers, byte strings and UTF-8 texts. What is
 * short, is no UTF-8 or holds U+0000 gives undefined; nothing is thrown.
 */
import { isUtf8 } from 'node:buffer';

export class FieldReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  uint8(): number | undefined {
    return this.left < 1 ? undefined : this.#bytes[this.#at++];
  }

  uint16(): number | undefined {
    if (this.left < 2) return undefined;
    const value = this.#bytes[this.#at]! * 256 + this.#bytes[this.#at + 1]!;
    this.#at += 2;
    return value;
  }

  /** A view of length-prefixed bytes. */
  bytes(): Buffer | undefined {
    const length = this.uint16();
    if (length === undefined || this.left < length) return undefined;
    return this.take(length);
  }

  /** A length-prefixed text. */
  text(): string | undefined {
    const bytes = this.bytes();
    if (bytes === undefined || !isUtf8(bytes)) return undefined;
    const text = bytes.toString('utf8');
    return text.includes('\0') ? undefined : text;
  }

  /** A view of the next `length` bytes, by default all that are left. */
  take(length = this.left): Buffer {
    const from = this.#at;
    this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }
}
