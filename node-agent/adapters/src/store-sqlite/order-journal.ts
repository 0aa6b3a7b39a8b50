/**
 * Keeps the order index in step with a transaction (step 3): changes are made at once, so that
 * reads see them, and taken back when the transaction is.
 */
import type { OrderIndex, Placed } from './order-index.ts';

export class OrderJournal {
  readonly #order: OrderIndex;
  /** What was added or removed, and which of the two, since the transaction began. */
  readonly #changed: Placed[] = [];
  readonly #added: boolean[] = [];

  constructor(order: OrderIndex) {
    this.#order = order;
  }

  /** `placed` is kept until the transaction ends. */
  add(placed: Placed): void {
    this.#order.add(placed);
    this.#changed.push(placed);
    this.#added.push(true);
  }

  remove(placed: Placed): void {
    this.#order.remove(placed);
    this.#changed.push(placed);
    this.#added.push(false);
  }

  committed(): void {
    this.#changed.length = 0;
    this.#added.length = 0;
  }

  rolledBack(): void {
    for (let i = this.#changed.length - 1; i >= 0; i--) {
      if (this.#added[i]) this.#order.remove(this.#changed[i]!);
      else this.#order.add(this.#changed[i]!);
    }
    this.committed();
  }
}
