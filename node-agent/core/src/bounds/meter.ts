/**
 * A budget counted in any unit, such as bytes: a rate with a burst (budgets of neighbours in step 4
 * of a message's way, of relay links in step 6). One use may overdraw it, so what is large is paid
 * for afterwards. A share may be kept for urgent bundles. Time is given, monotonic milliseconds.
 */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export class Meter {
  readonly #rate: Rate;
  #left: number;
  #atMs: number;

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#atMs = nowMs;
  }

  /** What is left now; negative after a debt. */
  level(nowMs: number): number {
    const gained = ((nowMs - this.#atMs) / 1000) * this.#rate.perSecond;
    this.#left = Math.min(this.#rate.burst, this.#left + Math.max(0, gained));
    this.#atMs = nowMs;
    return this.#left;
  }

  /** Whether anything is left. */
  isOpen(nowMs: number): boolean {
    return this.level(nowMs) > 0;
  }

  /** Whether anything is left beyond the reserved share of the burst (0 to 1). */
  hasBeyond(reservedShare: number, nowMs: number): boolean {
    return this.level(nowMs) > reservedShare * this.#rate.burst;
  }

  /** Takes units, into debt if need be; a debt is never larger than one burst. */
  spend(units: number, nowMs: number): void {
    this.#left = Math.max(-this.#rate.burst, this.level(nowMs) - units);
  }
}
