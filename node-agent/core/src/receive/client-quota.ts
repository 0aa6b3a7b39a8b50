/**
 * Quota at the first node (step 2): every author has a bucket by role, and all guests that write
 * here share one more, so that invented identities gain nothing. Of who may write urgently, a tenth
 * is kept for it. Tokens are taken only after the signature was found right, or strangers could use
 * up an author's budget.
 */

import { type BucketRate, TokenBucket } from '../bounds/token-bucket.ts';
import { Lane } from '../bundle/bundle.ts';
import { bytesKey } from '../bytes/key.ts';
import { Role } from '../identity/role.ts';
import { guestBudget, roleLimits, storeLimits, urgentLimits } from '../limits.ts';
import type { DropReason } from './drop-reason.ts';
import { mayBeUrgent } from './receive.ts';

export interface QuotaSubject {
  readonly author: Uint8Array;
  readonly role: Role;
  readonly lane: Lane;
}

export class ClientQuota {
  readonly #authors = new Map<string, { bucket: TokenBucket; rate: BucketRate }>();
  readonly #guests: TokenBucket;
  readonly #guestBundlesPerMinute: () => number;

  /** `guestBundlesPerMinute` as the site's rules have it now. */
  constructor(nowMs: number, guestBundlesPerMinute: () => number) {
    this.#guestBundlesPerMinute = guestBundlesPerMinute;
    this.#guests = new TokenBucket(this.#guestRate, nowMs);
  }

  /** The reason for which this author has to wait, or undefined. Takes no token. */
  check(subject: QuotaSubject, nowMs: number): DropReason | undefined {
    const { bucket, rate } = this.#authorBucket(subject, nowMs);
    // Who may write urgently must not use up the tokens for it with what is not urgent.
    const keeps = mayBeUrgent(subject.role) && subject.lane !== Lane.urgent;
    const reserve = keeps ? rate.burst * urgentLimits.reservedShare : 0;
    if (!bucket.has(rate, nowMs, reserve)) return 'quota-author';
    if (subject.role !== Role.guest) return undefined;
    return this.#guests.has(this.#guestRate, nowMs) ? undefined : 'quota-guests';
  }

  take(subject: QuotaSubject, nowMs: number): void {
    this.#authorBucket(subject, nowMs).bucket.take();
    if (subject.role === Role.guest) this.#guests.take();
  }

  /** Drops buckets that are full again. */
  sweep(nowMs: number): void {
    for (const [key, { bucket, rate }] of this.#authors) {
      if (bucket.isFull(rate, nowMs)) this.#authors.delete(key);
    }
  }

  get #guestRate(): BucketRate {
    return guestRateOf(this.#guestBundlesPerMinute());
  }

  #authorBucket(subject: QuotaSubject, nowMs: number) {
    const key = bytesKey(subject.author);
    let entry = this.#authors.get(key);
    if (!entry) {
      if (this.#authors.size >= storeLimits.authorsMax) this.sweep(nowMs);
      const { bundlesPerMinute, bundlesBurst } = roleLimits[subject.role];
      const rate = { perMinute: bundlesPerMinute, burst: bundlesBurst };
      entry = { bucket: new TokenBucket(rate, nowMs), rate };
      if (this.#authors.size < storeLimits.authorsMax) this.#authors.set(key, entry);
    }
    return entry;
  }
}

/** The burst in proportion; never more than the budget of every site. */
function guestRateOf(bundlesPerMinute: number): BucketRate {
  const perMinute = Math.min(bundlesPerMinute, guestBudget.bundlesPerMinute);
  return {
    perMinute,
    burst: (guestBudget.bundlesBurst * perMinute) / guestBudget.bundlesPerMinute,
  };
}
