/** What a liar saw pass at its box, with tickets: the raw material of most lies. */
import type { CarriedBundle, Lane } from '@muster/core';
import { intBelow, type SeededRandom } from '@muster/core/testing';
import type { LiarBox } from './liar.ts';

/** Bundles remembered, for ever as far as a world lasts; a random one goes for a new one. */
const seenMax = 500;
/** Looked at in one act. */
const pagesMax = 5;

export interface Seen {
  readonly id: Uint8Array;
  readonly lane: Lane;
  readonly carried: CarriedBundle;
}

export class Witness {
  readonly seen: Seen[] = [];
  readonly #random: SeededRandom;
  #row = 0;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** Takes note of what came since the last look. */
  look({ node }: LiarBox): void {
    for (let page = 0; node && page < pagesMax; page++) {
      const found = node.since({ row: this.#row, limit: 200 });
      if (found.length === 0) return;
      for (const { id, lane, row } of found) {
        this.#row = row;
        const carried = node.carried(id);
        if (carried) this.#keep({ id, lane, carried });
      }
    }
  }

  /** So many of them, drawn with repetition. */
  some(count: number): Seen[] {
    if (this.seen.length === 0) return [];
    return Array.from(
      { length: count },
      () => this.seen[intBelow(this.#random, this.seen.length)]!,
    );
  }

  #keep(seen: Seen): void {
    if (this.seen.length < seenMax) this.seen.push(seen);
    else this.seen[intBelow(this.#random, seenMax)] = seen;
  }
}
