/**
 * A few at a time, the others in the order in which they came (step 4 of a message's way: each
 * reconciliation takes memory and a pass over the set).
 */
export class Turns {
  readonly #max: number;
  /** In order; the first `max` have their turn. */
  readonly #holders = new Map<object, () => void>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Runs `begin` when it is this holder's turn, perhaps at once; who waits keeps its place. */
  take(holder: object, begin: () => void): void {
    if (this.#holders.has(holder)) return;
    this.#holders.set(holder, begin);
    if (this.#holders.size <= this.#max) begin();
  }

  /** Ends a turn, or the waiting for it. */
  leave(holder: object): void {
    let place = 0;
    for (const other of this.#holders.keys()) {
      if (other === holder) break;
      place += 1;
    }
    if (!this.#holders.delete(holder) || place >= this.#max) return;
    let next = 0;
    for (const begin of this.#holders.values()) {
      next += 1;
      if (next < this.#max) continue;
      begin();
      return;
    }
  }
}
