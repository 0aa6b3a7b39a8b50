/**
 * Reads fields out of a JSON object that a stranger sent. A field that is not right is noted once,
 * by name; whoever reads asks at the end whether all was right. Never throws.
 */
import { fromBase64url } from '@muster/core';

export class JsonReader {
  readonly #members: Readonly<Record<string, unknown>>;
  #wrong: string | undefined;

  constructor(members: Readonly<Record<string, unknown>>) {
    this.#members = members;
  }

  /** What is wrong with the first field that was; undefined while all were right. */
  get wrong(): string | undefined {
    return this.#wrong;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name) && this.#members[name] !== undefined;
  }

  /** Text without control characters, well formed, at most `charsMax` long. */
  text(name: string, charsMax: number): string {
    const value = this.#get(name);
    const right = typeof value === 'string' && value.length <= charsMax && isPlain(value);
    return right ? value : this.#note('', `${name} must be text of at most ${charsMax} characters`);
  }

  /** Text of one form, which `form` tells in words. */
  pattern(name: string, as: { pattern: RegExp; form: string; charsMax?: number }): string {
    const value = this.#get(name);
    const fits = typeof value === 'string' && value.length <= (as.charsMax ?? 64);
    return fits && as.pattern.test(value) ? value : this.#note('', `${name} must be ${as.form}`);
  }

  flag(name: string): boolean {
    const value = this.#get(name);
    return typeof value === 'boolean' ? value : this.#note(false, `${name} must be true or false`);
  }

  integer(name: string, min: number, max: number): number {
    const value = this.#get(name);
    const right = Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
    // JSON has a -0, which no format of ours has: it becomes 0.
    return right ? (value as number) + 0 : this.#note(min, `${name} must be from ${min} to ${max}`);
  }

  bytes(name: string, length: number): Uint8Array {
    return this.#bytes(this.#get(name), { name, min: length, max: length });
  }

  bytesUpTo(name: string, max: number): Uint8Array {
    return this.#bytes(this.#get(name), { name, min: 0, max });
  }

  bytesList(name: string, bounds: { itemsMax: number; bytesMax: number }): Uint8Array[] {
    const value = this.#get(name);
    if (!Array.isArray(value) || value.length > bounds.itemsMax) {
      return this.#note([], `${name} must be a list of at most ${bounds.itemsMax}`);
    }
    return value.map((item: unknown) => this.#bytes(item, { name, min: 0, max: bounds.bytesMax }));
  }

  texts(name: string, itemsMax: number, charsMax: number): string[] {
    const value = this.#get(name);
    const isText = (item: unknown): boolean =>
      typeof item === 'string' && item.length <= charsMax && isPlain(item);
    const right = Array.isArray(value) && value.length <= itemsMax && value.every(isText);
    return right ? value : this.#note([], `${name} must be a list of at most ${itemsMax} texts`);
  }

  #bytes(value: unknown, bounds: { name: string; min: number; max: number }): Uint8Array {
    const { name, min, max } = bounds;
    // Lengths are compared before anything is allocated for the bytes.
    const fits = typeof value === 'string' && value.length <= Math.ceil((max * 4) / 3);
    const bytes = fits ? fromBase64url(value) : undefined;
    if (bytes && bytes.length >= min && bytes.length <= max) return bytes;
    const length = min === max ? `${max}` : `at most ${max}`;
    return this.#note(new Uint8Array(0), `${name} must be ${length} bytes in base64url`);
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
  }

  #note<T>(instead: T, wrong: string): T {
    this.#wrong ??= wrong;
    return instead;
  }
}

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code === 127) return false;
  }
  return text.isWellFormed();
}
