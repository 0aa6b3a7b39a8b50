/**
 * What is remembered of authors beyond their bundles: the highest sequence number seen and whether
 * a fork froze them. At the maximum those longest untouched go, first of those that are not frozen;
 * and of the frozen ones too there are only so many, for a member can make them at will.
 */
import { bytesKey } from '../bytes/key.ts';
import { storeLimits } from '../limits.ts';
import type { AuthorRecord } from '../ports/store.ts';
import { Generations } from './generations.ts';

const { authorsMax, frozenAuthorsMax } = storeLimits;

export class Authors {
  /** Highest sequence numbers. */
  readonly #frozen = new Generations<number>(frozenAuthorsMax);
  readonly #others = new Generations<number>(authorsMax - frozenAuthorsMax);

  get frozenCount(): number {
    return this.#frozen.size;
  }

  load(record: AuthorRecord): void {
    // The record may be older than the bundles that are still there.
    this.saw(record.author, record.seqMax);
    if (record.frozen) this.freeze(record.author);
  }

  isFrozen(author: Uint8Array): boolean {
    return this.#frozen.size > 0 && this.#frozen.has(bytesKey(author));
  }

  seqMax(author: Uint8Array): number {
    const key = bytesKey(author);
    return this.#frozen.get(key) ?? this.#others.get(key) ?? -1;
  }

  /** Takes note of a bundle; the record to store. */
  saw(author: Uint8Array, seq: number): AuthorRecord {
    const key = bytesKey(author);
    const frozen = this.#frozen.has(key);
    return { author, seqMax: this.#note(key, seq, frozen), frozen };
  }

  freeze(author: Uint8Array): AuthorRecord {
    return { author, seqMax: this.#note(bytesKey(author), -1, true), frozen: true };
  }

  /** The highest number seen now. */
  #note(key: string, seq: number, frozen: boolean): number {
    const seqMax = Math.max(seq, this.#frozen.get(key) ?? this.#others.get(key) ?? -1);
    if (frozen) this.#others.delete(key);
    (frozen ? this.#frozen : this.#others).set(key, seqMax);
    return seqMax;
  }
}
