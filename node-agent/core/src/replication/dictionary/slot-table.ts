/**
 * Numbered slots given to keys by the sender of a dictionary, the one idle longest being reused
 * when all are taken (step 4 of a message's way). The receiver keeps a plain array beside it and
 * never decides anything.
 */
interface Slot<V> {
  readonly number: number;
  value: V;
}

export class SlotTable<V> {
  readonly #max: number;
  /** Least lately used first. */
  readonly #slots = new Map<string, Slot<V>>();
  #latest: Slot<V> | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /** The slot of a key, which counts as used now. */
  use(key: string): Slot<V> | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined || slot === this.#latest) return slot;
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    this.#latest = slot;
    return slot;
  }

  /** Gives a slot to a new key and returns its number. */
  give(key: string, value: V): number {
    let number = this.#slots.size;
    if (number >= this.#max) {
      const [idleKey, idle] = this.#slots.entries().next().value!;
      this.#slots.delete(idleKey);
      number = idle.number;
    }
    this.#latest = { number, value };
    this.#slots.set(key, this.#latest);
    return number;
  }
}
