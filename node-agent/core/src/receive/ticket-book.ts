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

/** Verified tickets kept in memory; at it the longest unused goes and is verified again later. */
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
    const known = this.#known(id) ?? this.#stored(id, author);
    if (!known) return this.#presented(id, author, wire);
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

  #stored(id: Uint8Array, author: Uint8Array): KnownTicket | undefined {
    const wire = this.#store.ticket(id);
    const checked = wire && checkTicket(this.#trust, wire, author);
    if (!wire || !checked?.ok) return undefined;
    return this.#remember(id, { ticket: checked.value, wire, stored: true });
  }

  #presented(
    id: Uint8Array,
    author: Uint8Array,
    wire: Uint8Array,
  ): Result<KnownTicket, DropReason> {
    if (wire.length === 0) return refused('ticket-missing');
    if (!equalBytes(ticketIdOf(this.#trust.crypto, wire), id)) return refused('ticket-missing');
    const checked = checkTicket(this.#trust, wire, author);
    if (!checked.ok) return checked;
    return ok(this.#remember(id, { ticket: checked.value, wire: wire.slice(), stored: false }));
  }

  #remember(id: Uint8Array, known: KnownTicket): KnownTicket {
    if (this.#cache.size >= cachedMax) {
      const [oldest] = this.#cache.keys();
      if (oldest !== undefined) this.#cache.delete(oldest);
    }
    this.#cache.set(bytesKey(id), known);
    return known;
  }
}
