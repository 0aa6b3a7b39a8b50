/**
 * What is remembered of authors beyond their bundles: the highest sequence number seen and whether
 * a fork froze them. At the maximum those that are not frozen and longest untouched go first.
 */
import { bytesKey } from '../bytes/key.ts';
import { storeLimits } from '../limits.ts';
import type { AuthorRecord } from '../ports/store.ts';

interface AuthorState {
  seqMax: number;
  frozen: boolean;
}

export class Authors {
  readonly #states = new Map<string, AuthorState>();
  #frozenCount = 0;

  get frozenCount(): number {
    return this.#frozenCount;
  }

  load(record: AuthorRecord): void {
    // The record may be older than the bundles that are still there.
    this.saw(record.author, record.seqMax);
    if (record.frozen) this.freeze(record.author);
  }

  isFrozen(author: Uint8Array): boolean {
    return this.#frozenCount > 0 && (this.#states.get(bytesKey(author))?.frozen ?? false);
  }

  seqMax(author: Uint8Array): number {
    return this.#states.get(bytesKey(author))?.seqMax ?? -1;
  }

  /** Takes note of a bundle; the record to store. */
  saw(author: Uint8Array, seq: number): AuthorRecord {
    const state = this.#touch(author);
    state.seqMax = Math.max(state.seqMax, seq);
    return { author, ...state };
  }

  freeze(author: Uint8Array): AuthorRecord {
    const state = this.#touch(author);
    if (!state.frozen) this.#frozenCount++;
    state.frozen = true;
    return { author, ...state };
  }

  #touch(author: Uint8Array): AuthorState {
    const key = bytesKey(author);
    const state = this.#states.get(key) ?? { seqMax: -1, frozen: false };
    // Moved to the end: the map's order is the order of last use.
    this.#states.delete(key);
    this.#states.set(key, state);
    if (this.#states.size > storeLimits.authorsMax) this.#dropOldest();
    return state;
  }

  #dropOldest(): void {
    for (const [key, state] of this.#states) {
      if (state.frozen) continue;
      this.#states.delete(key);
      return;
    }
  }
}
