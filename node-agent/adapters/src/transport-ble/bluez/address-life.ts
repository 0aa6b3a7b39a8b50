/**
 * What is known of the age of an adapter's private address. The kernel draws one at the first use
 * after the last has lapsed, marks it as lapsed when its life is over, by a timer that is late, and
 * replaces it at the next use; it tells nobody (Linux 6.1, net/bluetooth/hci_sync.c,
 * hci_update_random_address_sync; ADR 0027). So its birth is known from below and from above.
 */
export class AddressLife {
  /** Of addresses that are born from now on. */
  #lifeMs: number;
  /** Of the address of now; two where it may be the one before. */
  #shortestMs: number;
  #longestMs: number;
  readonly #lateMsOf: (lifeMs: number) => number;
  #bornEarliestMs = Number.NEGATIVE_INFINITY;
  #bornLatestMs = Number.NEGATIVE_INFINITY;
  /** Set: it may still be the one before, until a use that begins after this. */
  #doubtUntilMs: number | undefined;

  /** `lateMsOf`: the most by which the kernel's timer for such a time is late. */
  constructor(lifeMs: number, lateMsOf: (lifeMs: number) => number) {
    this.#lifeMs = lifeMs;
    this.#shortestMs = lifeMs;
    this.#longestMs = lifeMs;
    this.#lateMsOf = lateMsOf;
  }

  /** Of the address of now, as far as it is sure. */
  get lifeMs(): number {
    return this.#shortestMs;
  }

  /** The next address lives so long; the one of now as before. */
  willLive(lifeMs: number): void {
    this.#lifeMs = lifeMs;
  }

  /** The radio sent something of its own, or may have, between these two moments. */
  used(startMs: number, endMs: number): void {
    const isLapsed = startMs > this.lapsedMs;
    if (!isLapsed && endMs < this.lapsesMs) {
      if (this.#doubtUntilMs === undefined) return;
      this.#bornLatestMs = endMs;
      if (startMs > this.#doubtUntilMs) this.#doubtUntilMs = undefined;
      return;
    }
    this.#doubtUntilMs = isLapsed ? undefined : this.lapsedMs;
    this.#bornEarliestMs = isLapsed ? startMs : this.lapsesMs;
    this.#bornLatestMs = endMs;
    this.#shortestMs = isLapsed ? this.#lifeMs : Math.min(this.#shortestMs, this.#lifeMs);
    this.#longestMs = isLapsed ? this.#lifeMs : Math.max(this.#longestMs, this.#lifeMs);
  }

  /** Until then it is the same for sure. */
  get lapsesMs(): number {
    return this.#bornEarliestMs + this.#shortestMs;
  }

  /** From then on the next use has another one for sure. */
  get lapsedMs(): number {
    return this.#bornLatestMs + this.#longestMs + this.#lateMsOf(this.#longestMs);
  }
}

/**
 * By how much a timer of the kernel may be late: its wheel has steps of 8^n ticks for times of
 * 8^(n+1) ticks and more (Linux, kernel/time/timer.c). `ticksPerSecond` undefined: not known.
 */
export function timerLateMs(delayMs: number, ticksPerSecond: number | undefined): number {
  if (ticksPerSecond === undefined) return delayMs / 8;
  const ticks = (delayMs * ticksPerSecond) / 1000;
  let step = 1;
  while (step * 64 <= ticks) step *= 8;
  return (step * 1000) / ticksPerSecond;
}
