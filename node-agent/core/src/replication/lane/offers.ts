/**
 * What one lane of one link offers (step 4 of a message's way): bundles that are too large to be
 * pushed, that came as backlog themselves, or that a reconciliation found. At most two offers are
 * without an answer, so the neighbour sets the pace. On a frugal link small ones go before large
 * ones, and an offer is no more than such a link carries in a second or so.
 */
import { Fifo } from '../../bounds/fifo.ts';
import { concat } from '../../bytes/concat.ts';
import { idBytes } from '../iblt/short-ids.ts';
import { frugalLimits, messageLimits, pushLimits } from '../limits.ts';
import { type IdPrefix, prefixOf } from '../messages/id-prefix.ts';

/** Bundles of about one size, as they are to be offered. */
interface Shelf {
  /** Ids from elsewhere, before those of the last reconciliation. */
  readonly queue: Fifo<Uint8Array>;
  /** What the last reconciliation found, 32 bytes each, and how far it was offered. */
  backlog: Uint8Array;
  backlogAt: number;
}

/** Bytes of a bundle that is held. */
export type SizeOf = (id: Uint8Array) => number;

export class Offers {
  readonly #sizeOf: SizeOf | undefined;
  /** Smallest first; only one where sizes do not matter. */
  readonly #shelves: readonly Shelf[];
  readonly #unanswered: Uint8Array[][] = [];

  /** `sizeOf` for a frugal link. */
  constructor(sizeOf?: SizeOf) {
    this.#sizeOf = sizeOf;
    const count = sizeOf === undefined ? 1 : frugalLimits.sizesBytesMax.length + 1;
    this.#shelves = Array.from({ length: count }, () => ({
      queue: new Fifo<Uint8Array>(pushLimits.offerQueueMax),
      backlog: new Uint8Array(0),
      backlogAt: 0,
    }));
  }

  /** False when too many wait: the next reconciliation finds it. */
  add(id: Uint8Array): boolean {
    return this.#shelves[this.#shelfOf(id)]!.queue.push(id);
  }

  /**
   * Replaces what is left of the last reconciliation, of which this one knows more. `ids` as they
   * came to this node. One offer of the newest goes first: after days apart people look at what is
   * new, and what was written while the link came up is part of this. The rest follows in order,
   * in which each author's bundles take the fewest bytes.
   */
  setBacklog(ids: Uint8Array): void {
    const newestAt = Math.max(0, ids.length - messageLimits.offerIdsMax * idBytes);
    const ordered = concat(ids.subarray(newestAt), ids.subarray(0, newestAt));
    const sorted = this.#sizeOf === undefined ? [ordered] : this.#bySize(ordered);
    this.#shelves.forEach((shelf, i) => {
      shelf.backlog = sorted[i]!;
      shelf.backlogAt = 0;
    });
  }

  get waiting(): number {
    return this.#shelves.reduce(
      (sum, { queue, backlog, backlogAt }) =>
        sum + queue.length + (backlog.length - backlogAt) / idBytes,
      0,
    );
  }

  /** The next offer, of what `fits` then; undefined when none may go now. */
  next(fits: (id: Uint8Array) => boolean): IdPrefix[] | undefined {
    if (this.#unanswered.length >= messageLimits.offersUnansweredMax) return undefined;
    const ids: Uint8Array[] = [];
    let bytes = 0;
    while (ids.length < messageLimits.offerIdsMax && bytes < frugalLimits.offerBytesMax) {
      const id = this.#shift();
      if (id === undefined) break;
      // A copy: one id that is remembered must not keep all of a backlog in memory.
      if (!fits(id)) continue;
      ids.push(id.slice());
      bytes += this.#sizeOf?.(id) ?? 0;
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
    for (const shelf of this.#shelves) {
      const queued = shelf.queue.shift();
      if (queued !== undefined) return queued;
      const { backlog, backlogAt } = shelf;
      if (backlogAt >= backlog.length) continue;
      shelf.backlogAt += idBytes;
      return backlog.subarray(backlogAt, backlogAt + idBytes);
    }
    return undefined;
  }

  #shelfOf(id: Uint8Array): number {
    if (this.#sizeOf === undefined) return 0;
    const bytes = this.#sizeOf(id);
    return frugalLimits.sizesBytesMax.filter((max) => bytes > max).length;
  }

  /** The ids of each shelf, in the order given. */
  #bySize(ids: Uint8Array): Uint8Array[] {
    const parts: Uint8Array[][] = this.#shelves.map(() => []);
    for (let at = 0; at < ids.length; at += idBytes) {
      const id = ids.subarray(at, at + idBytes);
      parts[this.#shelfOf(id)]!.push(id);
    }
    return parts.map((part) => concat(...part));
  }
}
