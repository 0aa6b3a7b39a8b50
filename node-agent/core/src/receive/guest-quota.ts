/**
 * Quota at every further node (step 2): all guests that one node admitted share one budget here
 * too, so that a stolen or hostile node gains nothing by inventing guests. It is larger than that
 * at the first node, because after a gap a backlog comes at once; how much of it may live here at
 * all is for retention.
 */
import { BoundedMap } from '../bounds/bounded-map.ts';
import { TokenBucket } from '../bounds/token-bucket.ts';
import { bytesKey } from '../bytes/key.ts';
import { Role } from '../identity/role.ts';
import type { Ticket } from '../identity/ticket.ts';
import { furtherGuestBudget } from '../limits.ts';
import type { DropReason } from './drop-reason.ts';

const { bundlesPerMinute: perMinute, bundlesBurst: burst, issuersMax } = furtherGuestBudget;
const rate = { perMinute, burst };

export class GuestQuota {
  readonly #issuers = new BoundedMap<string, TokenBucket>(issuersMax);

  /** Takes no token; for other roles there is no such budget. */
  check({ role, issuer }: Ticket, nowMs: number): DropReason | undefined {
    if (role !== Role.guest) return undefined;
    return this.#bucket(issuer, nowMs).has(rate, nowMs) ? undefined : 'quota-guests';
  }

  take({ role, issuer }: Ticket, nowMs: number): void {
    if (role === Role.guest) this.#bucket(issuer, nowMs).take();
  }

  #bucket(issuer: Uint8Array, nowMs: number): TokenBucket {
    const key = bytesKey(issuer);
    let bucket = this.#issuers.get(key);
    if (!bucket) {
      bucket = new TokenBucket(rate, nowMs);
      this.#issuers.set(key, bucket);
    }
    return bucket;
  }
}
