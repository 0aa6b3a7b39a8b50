/**
 * Tickets that were found valid, by id: the third check of the receive order asks here first, so
 * that a ticket is verified once and not with every bundle. A cache over the store; bounded.
 */
import { equalBytes } from '../bytes/compare.ts';
import { bytesKey } from '../bytes/key.ts';
import type { SiteTrust } from '../identity/site.ts';
import { checkTicket, type Ticket, ticketIdOf } from '../identity/ticket.ts';
import type { Store } from '../ports/store.ts';
import { ok, type Result, refused } from '../result.ts';
import type { DropReason } from './drop-reason.ts';

/** Verified tickets kept in memory; at it the oldest goes and is verified again later. */
const cachedMax = 10_000;

export interface KnownTicket {
  readonly ticket: Ticket;
  readonly wire: Uint8Array;
  /** False while the store does not have it yet. */
  readonly stored: boolean;
}

export class TicketBook {
  readonly #trust: SiteTrust;
  readonly #store: Pick<Store, 'ticket'>;
  readonly #cache = new Map<string, KnownTicket>();

  constructor(trust: SiteTrust, store: Pick<Store, 'ticket'>) {
    this.#trust = trust;
    this.#store = store;
  }

  /**
   * The valid ticket with this id of this author: known here, or the one that came along in `wire`
   * (empty when none came).
   */
  find(id: Uint8Array, author: Uint8Array, wire: Uint8Array): Result<KnownTicket, DropReason> {
    const known = this.#known(id);
    if (!known) {
      const stored = this.#store.ticket(id);
      return stored
        ? this.#checked(id, author, { wire: stored, stored: true })
        : this.#presented(id, author, wire);
    }
    if (!equalBytes(known.ticket.subject, author)) return refused('ticket-not-yours');
    if (known.ticket.epoch < this.#trust.epoch) return refused('ticket-expired');
    return ok(known);
  }

  wireOf(id: Uint8Array): Uint8Array | undefined {
    return this.#known(id)?.wire ?? this.#store.ticket(id);
  }

  markStored(id: Uint8Array): void {
    const known = this.#known(id);
    if (known && !known.stored) this.#remember(id, { ...known, stored: true });
  }

  #known(id: Uint8Array): KnownTicket | undefined {
    return this.#cache.get(bytesKey(id));
  }

  #presented(
    id: Uint8Array,
    author: Uint8Array,
    wire: Uint8Array,
  ): Result<KnownTicket, DropReason> {
    if (wire.length === 0) return refused('ticket-missing');
    if (!equalBytes(ticketIdOf(this.#trust.crypto, wire), id)) return refused('ticket-missing');
    return this.#checked(id, author, { wire: wire.slice(), stored: false });
  }

  #checked(
    id: Uint8Array,
    author: Uint8Array,
    from: Pick<KnownTicket, 'wire' | 'stored'>,
  ): Result<KnownTicket, DropReason> {
    const checked = checkTicket(this.#trust, from.wire, author);
    return checked.ok ? ok(this.#remember(id, { ticket: checked.value, ...from })) : checked;
  }

  #remember(id: Uint8Array, known: KnownTicket): KnownTicket {
    const key = bytesKey(id);
    if (this.#cache.size >= cachedMax && !this.#cache.has(key)) {
      const [oldest] = this.#cache.keys();
      if (oldest !== undefined) this.#cache.delete(oldest);
    }
    this.#cache.set(key, known);
    return known;
  }
}
