/**
 * Tickets that were issued rightly, by id: the third check of the receive order asks here first, so
 * that a ticket is verified once and not with every bundle. Whether one still holds (epochs,
 * revocation) changes and is not asked here. A cache over the store; bounded.
 */
import { equalBytes } from '../bytes/compare.ts';
import { bytesKey } from '../bytes/key.ts';
import { Role } from '../identity/role.ts';
import type { SiteTrust } from '../identity/site.ts';
import { decodeTicket, type GenuineTicket, ticketIdOf, verifyTicket } from '../identity/ticket.ts';
import type { Store } from '../ports/store.ts';
import { ok, type Result, refused } from '../result.ts';
import type { DropReason } from './drop-reason.ts';

/** Verified tickets kept in memory; at it the oldest goes and is verified again later. */
const cachedMax = 10_000;

export interface KnownTicket {
  readonly ticket: GenuineTicket;
  readonly wire: Uint8Array;
  /** False while the store does not have it yet. */
  readonly stored: boolean;
}

/** A ticket as a bundle names it: its id and the author that it must be for. */
export interface NamedTicket {
  readonly id: Uint8Array;
  readonly author: Uint8Array;
}

export class TicketBook {
  readonly #store: Pick<Store, 'ticket'>;
  readonly #cache = new Map<string, KnownTicket>();

  constructor(store: Pick<Store, 'ticket'>) {
    this.#store = store;
  }

  /**
   * The rightly issued ticket with this id of this author: known here, or the one that came along
   * in `wire` (empty when none came). `trust` is that of the author's site, ours or a pinned one.
   */
  find(named: NamedTicket, wire: Uint8Array, trust: SiteTrust): Result<KnownTicket, DropReason> {
    const known = this.#known(named.id);
    if (!known) {
      const stored = this.#store.ticket(named.id);
      return stored
        ? this.#checked(named, { wire: stored, stored: true }, trust)
        : this.#presented(named, wire, trust);
    }
    if (!equalBytes(known.ticket.site, trust.site)) return refused('site-foreign');
    if (!equalBytes(known.ticket.subject, named.author)) return refused('ticket-not-yours');
    return ok(known);
  }

  /** The role that a ticket found valid before gives. */
  roleOf(id: Uint8Array): Role {
    const known = this.#known(id)?.ticket;
    const wire = known ? undefined : this.#store.ticket(id);
    return (known ?? (wire && decodeTicket(wire)))?.role ?? Role.guest;
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
    named: NamedTicket,
    wire: Uint8Array,
    trust: SiteTrust,
  ): Result<KnownTicket, DropReason> {
    if (wire.length === 0) return refused('ticket-missing');
    if (!equalBytes(ticketIdOf(trust.crypto, wire), named.id)) return refused('ticket-missing');
    return this.#checked(named, { wire: wire.slice(), stored: false }, trust);
  }

  #checked(
    { id, author }: NamedTicket,
    from: Pick<KnownTicket, 'wire' | 'stored'>,
    trust: SiteTrust,
  ): Result<KnownTicket, DropReason> {
    const checked = verifyTicket(trust, from.wire, author);
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
