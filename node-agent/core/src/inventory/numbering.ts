/**
 * Small numbers for keys (authors, issuers), counted by use: a number goes back when the last entry
 * that uses it goes, so the table is never larger than the inventory.
 */
import { bytesKey, bytesOfKey } from '../bytes/key.ts';

export class Numbering {
  readonly #numbers = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #uses: number[] = [];
  readonly #free: number[] = [];

  get size(): number {
    return this.#numbers.size;
  }

  /** The number of a key that is in use, or -1. */
  find(key: Uint8Array): number {
    return this.#numbers.get(bytesKey(key)) ?? -1;
  }

  /** Entries that use this key. */
  uses(key: Uint8Array): number {
    const no = this.find(key);
    return no === -1 ? 0 : this.#uses[no]!;
  }

  /** The key of a number that is in use. */
  key(no: number): Uint8Array {
    return bytesOfKey(this.#keys[no]!);
  }

  acquire(key: Uint8Array): number {
    const text = bytesKey(key);
    let no = this.#numbers.get(text);
    if (no === undefined) {
      no = this.#free.pop() ?? this.#keys.length;
      this.#numbers.set(text, no);
      this.#keys[no] = text;
      this.#uses[no] = 0;
    }
    this.#uses[no]!++;
    return no;
  }

  release(no: number): void {
    this.#uses[no]!--;
    if (this.#uses[no] !== 0) return;
    this.#numbers.delete(this.#keys[no]!);
    this.#keys[no] = '';
    this.#free.push(no);
  }
}
