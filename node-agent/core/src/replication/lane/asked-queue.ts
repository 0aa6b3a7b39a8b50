/**
 * What a neighbour was asked to send over one lane, in the order in which it was asked (step 4 of
 * a message's way). It answers in that order, so what comes tells which of the earlier ones it
 * could not send; and what was not asked is recognised at once.
 */
import { Fifo } from '../../bounds/fifo.ts';
import { memoryLimits } from '../limits.ts';
import type { IdPrefix } from '../messages/id-prefix.ts';

export class AskedQueue {
  readonly #asked = new Fifo<IdPrefix>(memoryLimits.askedPerLaneMax);

  /** False when so many are unanswered that this one must not be asked for. */
  push(prefix: IdPrefix): boolean {
    return this.#asked.push(prefix);
  }

  /** The earlier ones that will not come now; undefined when this one was not asked for. */
  arrived(prefix: IdPrefix): IdPrefix[] | undefined {
    const skipped: IdPrefix[] = [];
    for (;;) {
      const asked = this.#asked.shift();
      if (asked === undefined) return undefined;
      if (asked === prefix) return skipped;
      skipped.push(asked);
    }
  }
}
