/**
 * What is known of the age of an adapter's private address. The kernel draws one at the first use
 * after the last has lapsed, marks it as lapsed when its life is over, by a timer that is late, and
 * replaces it at the next use; it tells nobody (Linux 6.1, net/bluetooth/hci_sync.c,
 * hci_update_random_address_sync; ADR 0027). So its birth is known from below and from above.
 */
export class AddressLife {
  readonly lifeMs: number;
  readonly #lateMs: number;
  #bornEarliestMs = Number.NEGATIVE_INFINITY;
  #bornLatestMs = Number.NEGATIVE_INFINITY;
  /** Set: it may still be the one before, until a use that begins after this. */
  #doubtUntilMs: number | undefined;

  /** `lateMs`: the most by which the kernel's timer is late. */
  constructor(lifeMs: number, lateMs: number) {
    this.lifeMs = lifeMs;
    this.#lateMs = lateMs;
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
  }

  /** Until then it is the same for sure. */
  get lapsesMs(): number {
    return this.#bornEarliestMs + this.lifeMs;
  }

  /** From then on the next use has another one for sure. */
  get lapsedMs(): number {
    return this.#bornLatestMs + this.lifeMs + this.#lateMs;
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
