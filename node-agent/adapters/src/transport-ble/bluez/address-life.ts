/**
 * What is known of the age of an adapter's private address. The kernel draws one at the first use
 * after the last has lapsed, marks it as lapsed when its life is over, and replaces it at the next
 * use; it tells nobody (Linux 6.1, net/bluetooth/hci_sync.c, hci_update_random_address_sync; seen
 * in the virtual machine, ADR 0027). So its birth is known from below and from above.
 */
export class AddressLife {
  readonly lifeMs: number;
  #bornEarliestMs = Number.NEGATIVE_INFINITY;
  #bornLatestMs = Number.NEGATIVE_INFINITY;

  constructor(lifeMs: number) {
    this.lifeMs = lifeMs;
  }

  /** The radio sent something of its own, or may have, between these two moments. */
  used(startMs: number, endMs: number): void {
    if (endMs < this.lapsesMs) return;
    // In between, the old one may have lapsed before or after it was used.
    this.#bornEarliestMs = startMs > this.lapsedMs ? startMs : this.lapsesMs;
    this.#bornLatestMs = endMs;
  }

  /** Until then it is the same for sure. */
  get lapsesMs(): number {
    return this.#bornEarliestMs + this.lifeMs;
  }

  /** From then on the next use has another one for sure. */
  get lapsedMs(): number {
    return this.#bornLatestMs + this.lifeMs;
  }
}
