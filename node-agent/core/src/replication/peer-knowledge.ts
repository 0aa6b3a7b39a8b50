/**
 * What one neighbour is known to have, so that it is not sent again (step 4 of a message's way).
 * Bounded: what is forgotten is offered once more, and answered with one bit.
 */
import { BoundedMap } from './bounded-map.ts';
import type { IdPrefix } from './id-prefix.ts';
import { memoryLimits } from './limits.ts';

interface Known {
  /** The neighbour itself showed that it has it; else it was only sent. */
  readonly shown: boolean;
  readonly sinceMs: number;
}

export class PeerKnowledge {
  readonly #known = new BoundedMap<IdPrefix, Known>(memoryLimits.peerKnowledgeMax);

  has(prefix: IdPrefix): boolean {
    return this.#known.has(prefix);
  }

  hasShown(prefix: IdPrefix): boolean {
    return this.#known.get(prefix)?.shown === true;
  }

  /** True when it was sent or shown at or after `nowMs`, a monotonic time. */
  hasSince(prefix: IdPrefix, nowMs: number): boolean {
    const known = this.#known.get(prefix);
    return known !== undefined && known.sinceMs >= nowMs;
  }

  sent(prefix: IdPrefix, nowMs: number): void {
    if (!this.hasShown(prefix)) this.#known.set(prefix, { shown: false, sinceMs: nowMs });
  }

  shown(prefix: IdPrefix, nowMs: number): void {
    this.#known.set(prefix, { shown: true, sinceMs: nowMs });
  }

  forget(prefix: IdPrefix): void {
    this.#known.delete(prefix);
  }
}
