/**
 * When one more neighbour is tried, so that islands meet that nobody knows of: rarer and rarer, as
 * what there is to be found near is found soon, and much rarer while the node knows who is on its
 * island. Then it is for what was said falsely only. Before step 4 of a message's way.
 */
import { between, type Clock, type Random } from '@muster/core';
import type { Island } from './island.ts';
import { dialTimes } from './limits.ts';

export interface WanderingOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly island: Pick<Island, 'isKnown'>;
}

export class Wandering {
  readonly #options: WanderingOptions;
  /** How much rarer than at first. */
  #growth = 1;
  #sinceMs: number;
  /** Of the time between two, 0.5 to 1.5. */
  #share: number;

  constructor(options: WanderingOptions) {
    this.#options = options;
    this.#sinceMs = options.clock.monotonicMs();
    this.#share = this.#drawn();
  }

  get dueMs(): number {
    const { wanderMsMin, wanderKnownMsMin } = dialTimes;
    const everyMs = this.#options.island.isKnown ? wanderKnownMsMin : wanderMsMin;
    return this.#sinceMs + this.#growth * this.#share * everyMs;
  }

  next(): void {
    this.#growth = Math.min(dialTimes.wanderGrowthMax, 1.25 * this.#growth);
    this.#draw();
  }

  /** Somebody new: as at first, unless it is due before that. */
  met(): void {
    const beforeMs = this.dueMs;
    const [growth, sinceMs, share] = [this.#growth, this.#sinceMs, this.#share];
    this.#growth = 1;
    this.#draw();
    if (this.dueMs <= beforeMs) return;
    this.#sinceMs = sinceMs;
    this.#share = growth * share;
  }

  #draw(): void {
    this.#sinceMs = this.#options.clock.monotonicMs();
    this.#share = this.#drawn();
  }

  #drawn(): number {
    return between(this.#options.random, 0.5, 1.5);
  }
}
