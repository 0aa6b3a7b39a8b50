/**
 * What one neighbour is known to have, so that it is not sent again (step 4 of a message's way).
 * Bounded: what is forgotten is offered once more, and answered with one bit.
 */
import { memoryLimits } from '../limits.ts';
import type { IdPrefix } from '../messages/id-prefix.ts';
import { PrefixNumbers } from './prefix-numbers.ts';

export class PeerKnowledge {
  /**
   * Since when, in monotonic milliseconds from 1 on: as it is where the neighbour itself showed it,
   * negative where it was only sent.
   */
  readonly #sinceMs: PrefixNumbers;

  /** 32 random bits that no neighbour knows. */
  constructor(hashKey: number) {
    this.#sinceMs = new PrefixNumbers(memoryLimits.peerKnowledgeMax, hashKey);
  }

  has(prefix: IdPrefix): boolean {
    return this.#sinceMs.get(prefix) !== undefined;
  }

  hasShown(prefix: IdPrefix): boolean {
    const sinceMs = this.#sinceMs.get(prefix);
    return sinceMs !== undefined && sinceMs > 0;
  }

  /** True when it was sent or shown at or after `nowMs`, a monotonic time. */
  hasSince(prefix: IdPrefix, nowMs: number): boolean {
    const sinceMs = this.#sinceMs.get(prefix);
    return sinceMs !== undefined && Math.abs(sinceMs) - 1 >= nowMs;
  }

  sent(prefix: IdPrefix, nowMs: number): void {
    if (!this.hasShown(prefix)) this.#sinceMs.set(prefix, -1 - nowMs);
  }

  shown(prefix: IdPrefix, nowMs: number): void {
    this.#sinceMs.set(prefix, 1 + nowMs);
  }

  forget(prefix: IdPrefix): void {
    this.#sinceMs.delete(prefix);
  }
}
