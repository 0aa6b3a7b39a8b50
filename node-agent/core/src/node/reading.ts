/**
 * What is held, as readers get it: pages of a channel, all of a kind, what came since. What is dead
 * and not swept yet, and what the site policy no longer lets in, is left out. It changes nothing.
 */
import type { BundleKind } from '../bundle/bundle.ts';
import { Role } from '../identity/role.ts';
import type { SinceQuery, Store, StoredBundle } from '../ports/store.ts';
import type { TicketBook } from '../receive/ticket-book.ts';
import type { TickClock } from '../time/tick.ts';
import type { ReadBundle, ReadQuery } from './api.ts';
import type { Holders } from './holders.ts';
import type { PolicyBook } from './policy-book.ts';

const pageLimitMax = 200;

export interface ReadingOptions {
  readonly store: Pick<Store, 'page' | 'since' | 'ofKind'>;
  readonly ticks: TickClock;
  readonly tickets: TicketBook;
  readonly holders: Holders;
  readonly policies: PolicyBook;
  /** The lowest row that is not on disk yet. */
  firstPendingRow(): number;
}

export class Reading {
  readonly #options: ReadingOptions;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  page(query: ReadQuery): ReadBundle[] {
    const limit = Math.min(Math.max(1, query.limit), pageLimitMax);
    let from = query;
    for (;;) {
      const stored = this.#options.store.page({ ...from, limit });
      const readable = this.#readable(stored);
      const last = stored.at(-1);
      if (readable.length > 0 || !last || stored.length < limit) return readable;
      // Nothing of it may be shown: an empty page would look like the end.
      const { orderKey } = last;
      from = query.after ? { ...query, after: orderKey } : { ...query, before: orderKey };
    }
  }

  ofKind(kind: BundleKind, limit: number): ReadBundle[] {
    return this.#readable(this.#options.store.ofKind(kind, limit));
  }

  since(query: SinceQuery): ReadBundle[] {
    const limit = Math.min(Math.max(1, query.limit), pageLimitMax);
    for (let from = query; ; ) {
      const found = this.#options.store.since({ ...from, limit });
      // Whoever keeps a place by a row steps over nothing that is still on its way to disk.
      const endRow = this.#options.firstPendingRow();
      const stored = found.filter(({ row }) => row < endRow);
      const readable = this.#readable(stored);
      const last = stored.at(-1);
      if (readable.length > 0 || !last || stored.length < limit) return readable;
      // As above.
      from = { ...query, row: last.row };
    }
  }

  /** One bundle as readers get it. */
  form(stored: StoredBundle): ReadBundle {
    const { ticks, tickets, holders } = this.#options;
    const ageNowMs = stored.ageMs + Math.max(0, ticks.nowMs() - stored.arrivedTickMs);
    // The store keeps under `foreign` what is of a pinned site; readers want the role it has there.
    const isForeign = stored.role === Role.foreign;
    const role = isForeign ? tickets.roleOf(stored.ticketId) : stored.role;
    return { ...stored, role, ageNowMs, nodes: holders.count(stored.id) };
  }

  #readable(stored: readonly StoredBundle[]): ReadBundle[] {
    const nowTickMs = this.#options.ticks.nowMs();
    return stored
      .filter(({ expiresTickMs }) => expiresTickMs > nowTickMs)
      .filter((bundle) => this.#options.policies.letsIn(bundle))
      .map((bundle) => this.form(bundle));
  }
}
