/**
 * Memory of what has expired: the first 8 bytes of each id, kept for twice the bundle's lifetime,
 * so that nothing comes back from the dead. At its maximum the one remembered longest goes.
 */
import { storeLimits } from '../limits.ts';
import type { ExpiredId } from '../ports/store.ts';
import { type IdPrefix, prefixBytes, prefixOf } from '../replication/id-prefix.ts';

export function expiredPrefix(id: Uint8Array): Uint8Array {
  return id.slice(0, prefixBytes);
}

export class ExpiredIds {
  readonly #forgetTickMs = new Map<IdPrefix, number>();

  get size(): number {
    return this.#forgetTickMs.size;
  }

  has(id: Uint8Array): boolean {
    return this.#forgetTickMs.has(prefixOf(id));
  }

  add(expired: ExpiredId): void {
    if (this.#forgetTickMs.size >= storeLimits.expiredIdsMax) {
      const [oldest] = this.#forgetTickMs.keys();
      if (oldest !== undefined) this.#forgetTickMs.delete(oldest);
    }
    this.#forgetTickMs.set(prefixOf(expired.prefix), expired.forgetTickMs);
  }

  /** Forgets what may be forgotten by now. */
  sweep(nowTickMs: number): void {
    for (const [prefix, forgetTickMs] of this.#forgetTickMs) {
      if (forgetTickMs <= nowTickMs) this.#forgetTickMs.delete(prefix);
    }
  }
}
