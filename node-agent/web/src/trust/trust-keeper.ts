/**
 * Keeps the trust lists and rules of the site that this phone has seen. A node hands them over and
 * is not believed: each is signed by the root or an admin, and never goes backwards, whichever node
 * shows it and whichever tab stored it. Badges, policies and guest passes are judged by the book.
 */
import { type Crypto, TrustBook } from '@muster/core';
import type { Database } from '../storage/database.ts';
import type { TrustRecord } from '../storage/records.ts';

/** A new one on every change, around the same book. */
export interface KnownTrust {
  readonly book: TrustBook;
}

export interface TrustParts {
  readonly db: Database;
  readonly crypto: Crypto;
  /** 32 bytes. */
  readonly siteKey: Uint8Array;
  /** Lists, rules or the epoch changed. */
  onTrust(known: KnownTrust): void;
}

export class TrustKeeper {
  readonly book: TrustBook;
  readonly #parts: TrustParts;

  constructor(parts: TrustParts) {
    this.#parts = parts;
    this.book = new TrustBook(parts.crypto, parts.siteKey);
  }

  async load(): Promise<void> {
    const kept = await this.#parts.db.read(['meta'], (tx) => tx.get<TrustRecord>('meta', 'trust'));
    this.#adopt(kept?.documents ?? []);
  }

  /** True when something in it was new. */
  async take(documents: readonly Uint8Array[]): Promise<boolean> {
    if (!this.#adopt(documents)) return false;
    await this.#parts.db.write(['meta'], async (tx) => {
      const kept = await tx.get<TrustRecord>('meta', 'trust');
      // Another tab may have stored something newer meanwhile.
      this.#adopt(kept?.documents ?? []);
      tx.put('meta', 'trust', { documents: this.book.documents() } satisfies TrustRecord);
    });
    return true;
  }

  #adopt(documents: readonly Uint8Array[]): boolean {
    let isNews = false;
    for (const wire of documents) isNews = this.book.adopt(wire).ok || isNews;
    if (isNews) this.#parts.onTrust({ book: this.book });
    return isNews;
  }
}
