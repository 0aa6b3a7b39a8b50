/**
 * What one lane of one link offers (step 4 of a message's way): bundles that are too large to be
 * pushed, that came as backlog themselves, or that a reconciliation found. At most two offers are
 * without an answer, so the neighbour sets the pace.
 */
import { concat } from '../bytes/concat.ts';
import { Fifo } from './fifo.ts';
import { idBytes } from './iblt/short-ids.ts';
import { type IdPrefix, prefixOf } from './id-prefix.ts';
import { messageLimits, pushLimits } from './limits.ts';

export class Offers {
  /** Ids from elsewhere, before those of the last reconciliation. */
  readonly #queue = new Fifo<Uint8Array>(pushLimits.offerQueueMax);
  /** What the last reconciliation found, 32 bytes each, and how far it was offered. */
  #backlog: Uint8Array = new Uint8Array(0);
  #backlogAt = 0;
  readonly #unanswered: Uint8Array[][] = [];

  /** False when too many wait: the next reconciliation finds it. */
  add(id: Uint8Array): boolean {
    return this.#queue.push(id);
  }

  /**
   * Replaces what is left of the last reconciliation, of which this one knows more. `ids` as they
   * came to this node. One offer of the newest goes first: after days apart people look at what is
   * new, and what was written while the link came up is part of this. The rest follows in order,
   * in which each author's bundles take the fewest bytes.
   */
  setBacklog(ids: Uint8Array): void {
    const newestAt = Math.max(0, ids.length - messageLimits.offerIdsMax * idBytes);
    this.#backlog = concat(ids.subarray(newestAt), ids.subarray(0, newestAt));
    this.#backlogAt = 0;
  }

  get waiting(): number {
    return this.#queue.length + (this.#backlog.length - this.#backlogAt) / idBytes;
  }

  /** The next offer, of what `fits` then; undefined when none may go now. */
  next(fits: (id: Uint8Array) => boolean): IdPrefix[] | undefined {
    if (this.#unanswered.length >= messageLimits.offersUnansweredMax) return undefined;
    const ids: Uint8Array[] = [];
    while (ids.length < messageLimits.offerIdsMax) {
      const id = this.#shift();
      if (id === undefined) break;
      // A copy: one id that is remembered must not keep all of a backlog in memory.
      if (fits(id)) ids.push(id.slice());
    }
    if (ids.length === 0) return undefined;
    this.#unanswered.push(ids);
    return ids.map((id) => prefixOf(id));
  }

  /** How many bundles the oldest unanswered offer holds; 0 when all are answered. */
  get awaitedCount(): number {
    return this.#unanswered[0]?.length ?? 0;
  }

  /** The ids of the oldest unanswered offer, which is answered now. */
  answered(): Uint8Array[] {
    return this.#unanswered.shift() ?? [];
  }

  #shift(): Uint8Array | undefined {
    const queued = this.#queue.shift();
    if (queued !== undefined) return queued;
    if (this.#backlogAt >= this.#backlog.length) return undefined;
    const id = this.#backlog.subarray(this.#backlogAt, this.#backlogAt + idBytes);
    this.#backlogAt += idBytes;
    return id;
  }
}
