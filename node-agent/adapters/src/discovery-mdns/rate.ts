/**
 * A token bucket: `burst` at once, then `perSecond`. It holds back answers, packets and sightings,
 * so that a flood on the LAN costs a bounded amount of work.
 */
import type { Clock } from '@muster/core';

export interface RateOptions {
  readonly perSecond: number;
  readonly burst: number;
}

export class Rate {
  readonly #clock: Clock;
  readonly #options: RateOptions;
  #tokens: number;
  #filledMs: number;

  constructor(clock: Clock, options: RateOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#tokens = options.burst;
    this.#filledMs = clock.monotonicMs();
  }

  /** Takes a token; false when there is none. */
  take(): boolean {
    const { perSecond, burst } = this.#options;
    const nowMs = this.#clock.monotonicMs();
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#filledMs) * perSecond) / 1000);
    this.#filledMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
