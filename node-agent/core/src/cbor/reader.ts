/**
 * Strict reader of deterministic CBOR (RFC 8949 section 4.2.1), for formats with fixed fields.
 * Every format of ours is an array of known length, so nothing is decoded that was not asked for:
 * no tags, floats, maps, indefinite lengths or nesting beyond the format's own can ever be built,
 * and lengths are checked against the input before anything is allocated. After the first fault
 * `failed` stays true and every read yields an empty value; callers check once, at the end.
 */
import { fromUtf8 } from '../bytes/text.ts';

const majorUint = 0;
const majorBytes = 2;
const majorText = 3;
const majorArray = 4;
const none = new Uint8Array(0);

export class CborReader {
  failed = false;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Unsigned integer from `min` to `max` (at most 2^53 - 1), in its shortest form. */
  uint(max: number, min = 0): number {
    const value = this.#head(majorUint);
    if (value > max || value < min) return this.#fail();
    return value;
  }

  /** Byte string of `min` to `max` bytes, as a view into the input. */
  bytes(max: number, min = max): Uint8Array {
    return this.#string(majorBytes, min, max);
  }

  /** UTF-8 text of at most `maxBytes` bytes. */
  text(maxBytes: number): string {
    const text = fromUtf8(this.#string(majorText, 0, maxBytes));
    if (text === undefined) {
      this.#fail();
      return '';
    }
    return text;
  }

  /** Head of an array; returns its length, from `min` to `max` and no more than could follow. */
  array(max: number, min = max): number {
    const length = this.#head(majorArray);
    const left = this.#bytes.length - this.#at;
    if (length > max || length < min || length > left) return this.#fail();
    return length;
  }

  /** True when nothing failed and the input was read to its last byte. */
  done(): boolean {
    return !this.failed && this.#at === this.#bytes.length;
  }

  #string(major: number, min: number, max: number): Uint8Array {
    const length = this.#head(major);
    if (this.failed || length < min || length > max || length > this.#bytes.length - this.#at) {
      this.#fail();
      return none;
    }
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** The argument of the next head; fails on another major type or a form that is not shortest. */
  #head(major: number): number {
    const bytes = this.#bytes;
    const first = bytes[this.#at];
    if (this.failed || first === undefined || first >> 5 !== major) return this.#fail();
    this.#at++;
    const info = first & 31;
    if (info < 24) return info;
    if (info > 27) return this.#fail();
    const length = 1 << (info - 24);
    if (length > bytes.length - this.#at) return this.#fail();
    let value = 0;
    for (let i = 0; i < length; i++) value = value * 256 + bytes[this.#at++]!;
    // RFC 8949 section 4.2.1: the shortest form only, so that one value has one encoding.
    const least = length === 1 ? 24 : 2 ** (4 * length);
    if (value < least || value > Number.MAX_SAFE_INTEGER) return this.#fail();
    return value;
  }

  #fail(): number {
    this.failed = true;
    return 0;
  }
}
