/**
 * How often each address may ask: one token bucket per address, with a bound on how many addresses
 * are remembered. Guards the door of step 1. Keeps no timer.
 */
import { type BucketRate, TokenBucket } from '@muster/core';

export class AddressBuckets {
  readonly #rate: BucketRate;
  readonly #addressesMax: number;
  readonly #buckets = new Map<string, TokenBucket>();

  /** At `addressesMax` the address longest unused is forgotten, and begins anew when it returns. */
  constructor(rate: BucketRate, addressesMax: number) {
    this.#rate = rate;
    this.#addressesMax = addressesMax;
  }

  /** True when this address may ask now; counts it. */
  take(address: string, nowMs: number): boolean {
    const bucket = this.#buckets.get(address) ?? new TokenBucket(this.#rate, nowMs);
    // Set again so that the map's order is the order of use.
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > this.#addressesMax) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    if (!bucket.has(this.#rate, nowMs)) return false;
    bucket.take();
    return true;
  }
}
