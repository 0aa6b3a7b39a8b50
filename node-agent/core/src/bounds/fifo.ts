/**
 * First in, first out, with a maximum: every queue of step 4 of a message's way. Taking from the
 * front costs the same however long it is.
 */
export class Fifo<T> {
  readonly #max: number;
  #items: (T | undefined)[] = [];
  #head = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** False when it is full, and then nothing changes. */
  push(item: T): boolean {
    if (this.length >= this.#max) return false;
    this.#items.push(item);
    return true;
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.#head === this.#items.length) return undefined;
    this.#items[this.#head++] = undefined;
    if (2 * this.#head >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes up to `count` from the front. */
  take(count: number): T[] {
    const taken: T[] = [];
    while (taken.length < count && this.length > 0) taken.push(this.shift()!);
    return taken;
  }
}
