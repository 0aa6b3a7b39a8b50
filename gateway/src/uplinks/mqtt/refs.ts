/**
 * Which outside messages are in the mesh already (steps 1 and 6), told by the reference that the
 * gateway signs into each: from the message's own id, or, where it has none, from its text and the
 * number of times that text came. So a repeated delivery is written once, and so is a message that
 * two gateways receive.
 */
import { type Crypto, domain, toHex, utf8 } from '@muster/core';
import { upstreamLimits } from '../limits.ts';

export interface OutsideMessage {
  readonly topic: string;
  /** Its own id; undefined when it has none. */
  readonly id: string | undefined;
  readonly payload: Uint8Array;
}

interface Counts {
  /** Bundles in the mesh, and deliveries to this gateway. */
  written: number;
  delivered: number;
  atMs: number;
}

const prefixBytes = 6;
const { repeatMs, refsMax } = upstreamLimits;

/** One delivery of an outside message: which one it is, and its reference, 8 bytes. */
export interface Delivery {
  readonly ref: Uint8Array;
  readonly key: string;
  /** Counts equal messages without id; 1 for those with one. */
  readonly number: number;
}

export class Refs {
  readonly #crypto: Crypto;
  readonly #counts = new Map<string, Counts>();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  /** Which message this delivery brings. `repeated`: the broker may have sent it before. */
  deliver(message: OutsideMessage, repeated: boolean, nowMs: number): Delivery {
    const { topic, id, payload } = message;
    const kind = utf8(id === undefined ? 'text' : 'id');
    const content = id === undefined ? payload : utf8(id);
    const place = utf8(topic);
    const lengths = Uint8Array.of(place.length >> 8, place.length & 255);
    const hash = this.#crypto.blake2b(16, domain('uplink-ref'), kind, lengths, place, content);
    const ref = hash.slice(0, 8);
    const key = toHex(ref.subarray(0, prefixBytes));
    const counts = this.#countsOf(key, { isLasting: id !== undefined || repeated, atMs: nowMs });
    if (id !== undefined) return { ref, key, number: 1 };
    if (!repeated || counts.delivered === 0) counts.delivered += 1;
    ref[6] = (counts.delivered >> 8) & 255;
    ref[7] = counts.delivered & 255;
    return { ref, key, number: counts.delivered };
  }

  isWritten({ key, number }: Delivery): boolean {
    return (this.#counts.get(key)?.written ?? 0) >= number;
  }

  /**
   * A bundle with this reference is in the mesh, since `atMs` (monotonic, may be negative). `own`:
   * this gateway wrote it before a restart.
   */
  saw(ref: Uint8Array, options: { readonly own: boolean; readonly atMs: number }): void {
    const key = toHex(ref.subarray(0, prefixBytes));
    const counts = this.#countsOf(key, { isLasting: true, atMs: options.atMs });
    counts.written += 1;
    if (options.own) counts.delivered = Math.max(counts.delivered, counts.written);
  }

  #countsOf(key: string, options: { readonly isLasting: boolean; readonly atMs: number }): Counts {
    const { isLasting, atMs } = options;
    const known = this.#counts.get(key);
    // Another gateway's message of long ago is not the one that comes now, if only the text is
    // equal: rather twice than lost.
    const isOther =
      known && !isLasting && known.written > known.delivered && atMs - known.atMs > repeatMs;
    const counts = known && !isOther ? known : { written: 0, delivered: 0, atMs };
    counts.atMs = Math.max(counts.atMs, atMs);
    this.#counts.delete(key);
    this.#counts.set(key, counts);
    if (this.#counts.size > refsMax) {
      const [oldest] = this.#counts.keys();
      if (oldest !== undefined) this.#counts.delete(oldest);
    }
    return counts;
  }
}
