/**
 * Tickets that an admin issued to this phone: they come through the mesh under a tag that follows
 * from the phone's own key. Whoever carried one is not believed; the best that holds by the trust
 * lists is kept, and shown to every node from then on. It never replaces one that says more.
 */
import {
  BundleKind,
  type Crypto,
  checkTicket,
  decodeBundle,
  decodeGrant,
  decodeTicket,
  GrantKind,
  type SiteTrust,
  type Ticket,
  ticketIdOf,
} from '@muster/core';
import type { Item } from '../connection/wire.ts';
import { roleNameOf } from '../outbox/sign.ts';
import type { Database } from '../storage/database.ts';
import type { TicketRecord } from '../storage/records.ts';

export interface GrantParts {
  readonly db: Database;
  readonly crypto: Crypto;
  readonly trust: SiteTrust;
  /** Device key of this phone, 32 bytes. */
  readonly device: Uint8Array;
}

export class GrantKeeper {
  readonly #parts: GrantParts;
  #best: TicketRecord | undefined;

  constructor(parts: GrantParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    this.#best = await this.#parts.db.read(['meta'], (tx) => tx.get<TicketRecord>('meta', 'grant'));
  }

  /** What to show to nodes; undefined when there is none that holds now. */
  get ticket(): TicketRecord | undefined {
    return this.#best && this.#judge(this.#best.wire) ? this.#best : undefined;
  }

  /** True when something better than before was among them. */
  async take(items: readonly Item[]): Promise<boolean> {
    const before = this.#best;
    for (const item of items) this.#consider(item);
    const best = this.#best;
    if (!best || best === before) return false;
    await this.#parts.db.write(['meta'], async (tx) => tx.put('meta', 'grant', best));
    return true;
  }

  #consider(item: Item): void {
    const { crypto } = this.#parts;
    const decoded = decodeBundle(crypto, item.signed, item.signature);
    if (!decoded.ok || decoded.value.fields.kind !== BundleKind.grant) return;
    const grant = decodeGrant(decoded.value.fields.payload);
    if (grant?.kind !== GrantKind.ticket) return;
    const ticket = this.#judge(grant.content);
    const known = this.ticket && decodeTicket(this.ticket.wire);
    if (!ticket || (known && !isBetter(ticket, known))) return;
    const { content: wire } = grant;
    this.#best = { wire, id: ticketIdOf(crypto, wire), role: roleNameOf(ticket.role) };
  }

  #judge(wire: Uint8Array): Ticket | undefined {
    const checked = checkTicket(this.#parts.trust, wire, this.#parts.device);
    return checked.ok ? checked.value : undefined;
  }
}

/** Both hold now: what says more counts, then what lasts longer. */
function isBetter(one: Ticket, other: Ticket): boolean {
  return one.role !== other.role ? one.role > other.role : one.epoch > other.epoch;
}
