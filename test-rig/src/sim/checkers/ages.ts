/**
 * Nothing is shown that has outlived 1.1 times its lifetime, and no box takes a message for younger
 * than it is by more than nobody could count, nor for older: an age that is not carried on shows at
 * once, and not only when something lives for ever.
 */
import { shortId } from '@muster/core';
import type { Place } from './history.ts';
import type { Lifetimes } from './lifetimes.ts';
import type { Violate } from './violation.ts';

export class Ages {
  readonly #lifetimes: Lifetimes;
  readonly #violate: Violate;

  constructor(lifetimes: Lifetimes, violate: Violate) {
    this.#lifetimes = lifetimes;
    this.#violate = violate;
  }

  /** A message comes to a box where it is not yet; `youngerMsMax` of before it came. */
  arrived(place: Place, node: number, youngerMsMax: number): void {
    const { message, youngerMs, arrivedMs: atMs } = place;
    const name = shortId(message.id);
    if (!this.#lifetimes.mayLive(place, node, atMs)) {
      const text = `shows ${name} after its lifetime`;
      this.#violate({ check: 'outlived', atMs, node, text });
    } else if (youngerMs > youngerMsMax) {
      const [s, sMax] = [youngerMs, youngerMsMax].map((ms) => Math.round(ms / 1000));
      const text = `shows ${name} as younger than it is by ${s} s, where ${sMax} s are uncounted`;
      this.#violate({ check: 'outlived', atMs, node, text });
    } else if (-youngerMs > this.#lifetimes.olderMsMax(message)) {
      const text = `shows ${name} as older than it is by ${Math.round(-youngerMs / 1000)} s`;
      this.#violate({ check: 'held-lost', atMs, node, text });
    }
  }

  /** A message stands in a timeline. */
  stands(place: Place, node: number, nowMs: number): void {
    if (this.#lifetimes.mayLive(place, node, nowMs)) return;
    const text = `still has ${shortId(place.message.id)} after its lifetime`;
    this.#violate({ check: 'outlived', atMs: nowMs, node, text });
  }
}
