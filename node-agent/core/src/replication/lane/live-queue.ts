/**
 * Bundles waiting to be pushed over one lane of one link (step 4 of a message's way). Bounded in
 * items and bytes; what does not fit is offered later by its id alone.
 */
import { Fifo } from '../../bounds/fifo.ts';
import type { Outgoing } from '../dictionary/outgoing.ts';
import { pushLimits } from '../limits.ts';

export interface LiveItem {
  readonly item: Outgoing;
  /** Monotonic milliseconds: the time it waits here counts as age. */
  readonly sinceMs: number;
}

export class LiveQueue {
  readonly #items = new Fifo<LiveItem>(pushLimits.liveItemsMax);
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** False when there is no room. */
  push(live: LiveItem): boolean {
    const bytes = this.#bytes + live.item.bundle.signed.length;
    if (bytes > pushLimits.liveBytesMax || !this.#items.push(live)) return false;
    this.#bytes = bytes;
    return true;
  }

  shift(): LiveItem | undefined {
    const live = this.#items.shift();
    if (live !== undefined) this.#bytes -= live.item.bundle.signed.length;
    return live;
  }
}
