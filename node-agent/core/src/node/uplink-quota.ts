/**
 * How much uplinks may bring of each site (step 2, the quota check): a relay is a stranger, and a
 * pinned site is another admin's. One budget for each site, however many relays and gateways.
 */
import { BoundedMap } from '../bounds/bounded-map.ts';
import { TokenBucket } from '../bounds/token-bucket.ts';
import { bytesKey } from '../bytes/key.ts';
import { federationLimits } from '../limits.ts';
import type { Clock } from '../ports/clock.ts';

const { originBundlesPerMinute, originBundlesBurst, pinsMax } = federationLimits;
const rate = { perMinute: originBundlesPerMinute, burst: originBundlesBurst };

export class UplinkQuota {
  readonly #clock: Clock;
  /** Asked once a bundle's ticket was found valid, so only ours and pinned sites have one. */
  readonly #buckets = new BoundedMap<string, TokenBucket>(pinsMax + 1);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(site: Uint8Array): boolean {
    return this.#bucket(site).has(rate, this.#clock.monotonicMs());
  }

  take(site: Uint8Array): void {
    this.#bucket(site).take();
  }

  #bucket(site: Uint8Array): TokenBucket {
    const key = bytesKey(site);
    let bucket = this.#buckets.get(key);
    if (!bucket) {
      bucket = new TokenBucket(rate, this.#clock.monotonicMs());
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }
}
