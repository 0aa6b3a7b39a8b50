/**
 * What one neighbour is known to have, so that it is not sent again (step 4 of a message's way).
 * Bounded: what is forgotten is offered once more, and answered with one bit.
 */
import { BoundedMap } from './bounded-map.ts';
import type { IdPrefix } from './id-prefix.ts';
import { memoryLimits } from './limits.ts';

export class PeerKnowledge {
  /**
   * Since when, in monotonic milliseconds from 1 on: as it is where the neighbour itself showed it,
   * negative where it was only sent. A number is a third of what an object takes, for each link.
   */
  readonly #sinceMs = new BoundedMap<IdPrefix, number>(memoryLimits.peerKnowledgeMax);

  has(prefix: IdPrefix): boolean {
    return this.#sinceMs.has(prefix);
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
    if (!this.hasShown(prefix)) this.#sinceMs.keep(prefix, -1 - nowMs);
  }

  shown(prefix: IdPrefix, nowMs: number): void {
    this.#sinceMs.keep(prefix, 1 + nowMs);
  }

  forget(prefix: IdPrefix): void {
    this.#sinceMs.delete(prefix);
  }
}
