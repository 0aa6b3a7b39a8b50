/**
 * Admission of guests: this node issues them tickets out of its own guest budget. A device gets the
 * same ticket again while the node remembers it. When the budget is spent, newcomers have to wait.
 */
import { bytesKey } from '../bytes/key.ts';
import { Role } from '../identity/role.ts';
import type { SiteTrust } from '../identity/site.ts';
import { signTicket } from '../identity/ticket.ts';
import { guestBudget } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyPair } from '../ports/crypto.ts';
import type { Random } from '../ports/random.ts';
import { TokenBucket } from '../receive/token-bucket.ts';
import { ok, type Result, refused } from '../result.ts';

const rate = { perMinute: guestBudget.ticketsPerMinute, burst: guestBudget.ticketsBurst };

export interface GuestDeskOptions {
  readonly trust: SiteTrust;
  readonly key: KeyPair;
  readonly certificate: Uint8Array;
  readonly clock: Clock;
  readonly random: Random;
}

export class GuestDesk {
  readonly #options: GuestDeskOptions;
  readonly #issued = new Map<string, Uint8Array>();
  readonly #budget: TokenBucket;

  constructor(options: GuestDeskOptions) {
    this.#options = options;
    this.#budget = new TokenBucket(rate, options.clock.monotonicMs());
  }

  /** Tickets issued since the start and still remembered. */
  get count(): number {
    return this.#issued.size;
  }

  admit(device: Uint8Array): Result<Uint8Array, 'guests-full'> {
    const key = bytesKey(device);
    const known = this.#issued.get(key);
    if (known) return ok(known);
    if (!this.#budget.has(rate, this.#options.clock.monotonicMs())) return refused('guests-full');
    this.#budget.take();
    if (this.#issued.size >= guestBudget.ticketsRememberedMax) {
      const [oldest] = this.#issued.keys();
      if (oldest !== undefined) this.#issued.delete(oldest);
    }
    const wire = this.#sign(device);
    this.#issued.set(key, wire);
    return ok(wire);
  }

  #sign(device: Uint8Array): Uint8Array {
    const { trust, certificate, key, random } = this.#options;
    // Random, not counted: a serial must differ from all earlier ones also after a power cut.
    const view = new DataView(new Uint8Array(random.bytes(8)).buffer);
    const serial = view.getUint32(0) * 2 ** 16 + view.getUint16(4);
    const { site, epoch } = trust;
    const ticket = { site, subject: device, role: Role.guest, serial, epoch };
    return signTicket(trust.crypto, ticket, { key: key, certificate });
  }
}
