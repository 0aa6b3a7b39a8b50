/**
 * Token bucket: a rate with a burst (step 4 of a message's way: budgets of neighbours). A share of
 * it may be kept for urgent bundles. Time comes from outside, in monotonic milliseconds.
 */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #atMs: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#atMs = nowMs;
  }

  /** Tokens now; negative after a debt. */
  level(nowMs: number): number {
    const gained = ((nowMs - this.#atMs) / 1000) * this.#rate.perSecond;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + Math.max(0, gained));
    this.#atMs = nowMs;
    return this.#tokens;
  }

  /** True when a token is left beyond the reserved share of the burst (0 to 1). */
  hasBeyond(reservedShare: number, nowMs: number): boolean {
    return this.level(nowMs) > reservedShare * this.#rate.burst;
  }

  /** Takes tokens, into debt if need be; a debt is never larger than one burst. */
  spend(tokens: number, nowMs: number): void {
    this.#tokens = Math.max(-this.#rate.burst, this.level(nowMs) - tokens);
  }
}
