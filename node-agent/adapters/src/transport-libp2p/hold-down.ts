/**
 * Keeps a neighbour on the dearer link for a while when the cheaper one comes and goes: each change
 * costs two handshakes and a reconciliation. Step 4 of a message's way; it closes nothing itself.
 */
import { type Clock, doubledMs } from '@muster/core';
import { dialLimits, handoverLimits } from './constants.ts';

export class HoldDown {
  readonly #clock: Clock;
  #losses = 0;
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The cheaper link ended while a dearer one stood. */
  lost(livedMs: number): void {
    this.#losses = livedMs >= dialLimits.stableMs ? 1 : this.#losses + 1;
    const { holdMsMin: min, holdMsMax: max } = handoverLimits;
    this.#untilMs = this.#clock.monotonicMs() + doubledMs({ min, max }, this.#losses - 1);
  }

  /** Milliseconds for which no cheaper link is taken; 0 when one may come. */
  get leftMs(): number {
    return Math.max(0, this.#untilMs - this.#clock.monotonicMs());
  }
}
