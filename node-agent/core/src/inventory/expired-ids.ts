/**
 * Memory of what has expired: the first 8 bytes of each id, kept for twice the bundle's lifetime
 * and a week at least, so that nothing comes back from the dead. At its maximum the one goes that
 * would go soonest.
 */
import { storeLimits } from '../limits.ts';
import type { ExpiredId } from '../ports/store.ts';
import { type IdPrefix, prefixBytes, prefixOf } from '../replication/messages/id-prefix.ts';
import { ExpiryQueue } from './expiry-queue.ts';

export function expiredPrefix(id: Uint8Array): Uint8Array {
  return id.slice(0, prefixBytes);
}

export class ExpiredIds {
  /** Slots of the queue, and what is in them. */
  readonly #slots = new Map<IdPrefix, number>();
  readonly #prefixes: IdPrefix[] = [];
  readonly #free: number[] = [];
  readonly #queue = new ExpiryQueue();

  get size(): number {
    return this.#slots.size;
  }

  has(id: Uint8Array): boolean {
    return this.#slots.size > 0 && this.#slots.has(prefixOf(id));
  }

  add({ prefix, forgetTickMs }: ExpiredId): void {
    const key = prefixOf(prefix);
    const known = this.#slots.get(key);
    if (known !== undefined) {
      this.#queue.remove(known);
      this.#queue.add(known, Math.max(forgetTickMs, this.#queue.expiresTickMs(known)));
      return;
    }
    if (this.#slots.size >= storeLimits.expiredIdsMax) this.#forgetFirst();
    const slot = this.#free.pop() ?? this.#prefixes.length;
    this.#prefixes[slot] = key;
    this.#slots.set(key, slot);
    this.#queue.add(slot, forgetTickMs);
  }

  /** Forgets what may be forgotten by now. */
  sweep(nowTickMs: number): void {
    while (this.size > 0 && this.#queue.expiresTickMs(this.#queue.first()) <= nowTickMs) {
      this.#forgetFirst();
    }
  }

  #forgetFirst(): void {
    const slot = this.#queue.first();
    this.#queue.remove(slot);
    this.#slots.delete(this.#prefixes[slot]!);
    this.#free.push(slot);
  }
}
