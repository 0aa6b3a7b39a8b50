/**
 * Admission of guests: this node issues them tickets out of its own guest budget, as large as the
 * site's rules make it. A device gets the same ticket again while the node remembers it and it
 * holds. When the budget is spent, newcomers have to wait. Who may be a guest is asked elsewhere.
 */

import { type BucketRate, TokenBucket } from '../bounds/token-bucket.ts';
import { bytesKey } from '../bytes/key.ts';
import { Role } from '../identity/role.ts';
import { signTicket } from '../identity/ticket.ts';
import { guestBudget } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyPair } from '../ports/crypto.ts';
import type { Random } from '../ports/random.ts';
import { ok, type Result, refused } from '../result.ts';
import type { TrustBook } from '../trust/trust-book.ts';

export interface GuestDeskOptions {
  readonly trust: TrustBook;
  readonly key: KeyPair;
  /** This node's certificate in wire form as it is now. */
  readonly certificate: () => Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
}

interface Issued {
  readonly wire: Uint8Array;
  readonly epoch: number;
  readonly certificate: Uint8Array;
}

export class GuestDesk {
  readonly #options: GuestDeskOptions;
  readonly #issued = new Map<string, Issued>();
  readonly #budget: TokenBucket;

  constructor(options: GuestDeskOptions) {
    this.#options = options;
    this.#budget = new TokenBucket(this.#rate, options.clock.monotonicMs());
  }

  /** Tickets issued since the start and still remembered. */
  get count(): number {
    return this.#issued.size;
  }

  admit(device: Uint8Array): Result<Uint8Array, 'guests-full'> {
    const key = bytesKey(device);
    const known = this.#issued.get(key);
    if (known && this.#holds(known)) return ok(known.wire);
    if (!known) {
      const nowMs = this.#options.clock.monotonicMs();
      if (!this.#budget.has(this.#rate, nowMs)) return refused('guests-full');
      this.#budget.take();
    }
    if (this.#issued.size >= guestBudget.ticketsRememberedMax) {
      const [oldest] = this.#issued.keys();
      if (oldest !== undefined) this.#issued.delete(oldest);
    }
    const { trust, certificate } = this.#options;
    const wire = this.#sign(device);
    this.#issued.set(key, { wire, epoch: trust.epoch, certificate: certificate() });
    return ok(wire);
  }

  /** Of this epoch, and under the certificate that the node shows now. */
  #holds({ epoch, certificate }: Issued): boolean {
    const { trust } = this.#options;
    return epoch === trust.epoch && certificate === this.#options.certificate();
  }

  get #rate(): BucketRate {
    const { guestTicketsPerMinute } = this.#options.trust.rules;
    const perMinute = Math.min(guestTicketsPerMinute, guestBudget.ticketsPerMinute);
    return {
      perMinute,
      burst: (guestBudget.ticketsBurst * perMinute) / guestBudget.ticketsPerMinute,
    };
  }

  #sign(device: Uint8Array): Uint8Array {
    const { trust, certificate, key, random } = this.#options;
    // Random, not counted: a serial must differ from all earlier ones also after a power cut.
    const view = new DataView(new Uint8Array(random.bytes(8)).buffer);
    const serial = view.getUint32(0) * 2 ** 16 + view.getUint16(4);
    const { site, epoch } = trust;
    const ticket = { site, subject: device, role: Role.guest, serial, epoch };
    return signTicket(trust.crypto, ticket, { key, certificate: certificate() });
  }
}
