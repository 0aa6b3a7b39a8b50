/**
 * When an end acknowledges: with the next data at best, when it is asked to, or after a while. Each
 * acknowledgement is a message on D-Bus and a packet on air. Pure. Below step 4 of a message's way.
 */
import { type CarrierLimits, timing } from './limits.ts';
import type { Received } from './receive-half.ts';

export class AckPlan {
  #bytes = 0;
  #dueMs = Number.POSITIVE_INFINITY;

  /** A packet of data came by a carrier with these limits. */
  received(received: Received, bytes: number, limits: CarrierLimits, nowMs: number): void {
    // A duplicate says that an acknowledgement was lost.
    if (received === 'duplicate') this.atOnce(nowMs);
    if (received !== 'delivered') return;
    this.#bytes += bytes;
    this.#dueMs = Math.min(this.#dueMs, nowMs + timing.ackDelayMs);
    if (this.#bytes >= limits.ackBytes) this.atOnce(nowMs);
  }

  atOnce(nowMs: number): void {
    this.#dueMs = nowMs;
  }

  /** Infinite: nothing waits. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** One went out, alone or with data. */
  sent(): void {
    this.#bytes = 0;
    this.#dueMs = Number.POSITIVE_INFINITY;
  }
}
