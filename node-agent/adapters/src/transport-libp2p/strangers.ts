/**
 * How often an address may knock, and which must wait because whoever came from it was no neighbour
 * of ours. Before the handshake, so that a stranger who hammers costs next to nothing; for a short
 * time only, since others may share the address. Before step 4 of a message's way.
 */
import { type BucketRate, type Clock, TokenBucket } from '@muster/core';
import { strangerLimits } from './constants.ts';

interface Record {
  readonly attempts: TokenBucket;
  /** When links were refused, newest last; at most `refusalsMax`. */
  refusedMs: number[];
  waitsUntilMs: number;
}

const attemptRate: BucketRate = {
  perMinute: 60 * strangerLimits.attemptsPerSecond,
  burst: strangerLimits.attemptsBurst,
};

export class Strangers {
  readonly #clock: Clock;
  /** By address, in order of use; see `addressesMax`. */
  readonly #records = new Map<string, Record>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a connection of this address is taken now; counts it. */
  mayCome(address: string): boolean {
    const nowMs = this.#clock.monotonicMs();
    const record = this.#recordOf(address, nowMs);
    if (nowMs < record.waitsUntilMs || !record.attempts.has(attemptRate, nowMs)) return false;
    record.attempts.take();
    return true;
  }

  /** A link of this address ended for one of `strangerReasons`. */
  note(address: string): void {
    const nowMs = this.#clock.monotonicMs();
    const record = this.#recordOf(address, nowMs);
    const sinceMs = nowMs - strangerLimits.refusalWindowMs;
    record.refusedMs = [...record.refusedMs.filter((atMs) => atMs > sinceMs), nowMs];
    if (record.refusedMs.length < strangerLimits.refusalsMax) return;
    record.refusedMs = [];
    record.waitsUntilMs = nowMs + strangerLimits.waitMs;
  }

  #recordOf(address: string, nowMs: number): Record {
    const record = this.#records.get(address) ?? {
      attempts: new TokenBucket(attemptRate, nowMs),
      refusedMs: [],
      waitsUntilMs: Number.NEGATIVE_INFINITY,
    };
    this.#records.delete(address);
    this.#records.set(address, record);
    if (this.#records.size > strangerLimits.addressesMax) {
      this.#records.delete(this.#records.keys().next().value!);
    }
    return record;
  }
}
