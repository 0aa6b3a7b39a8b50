/**
 * A list of Uint32 that grows at its end, for what arrives message by message (step 4 of a
 * message's way). It takes memory only as data comes in; the caller bounds how much that is.
 */
export class Uint32List {
  #values = new Uint32Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const longer = new Uint32Array(2 * this.#length);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#length++] = value;
  }

  /** The values so far; a view that the next `push` may outdate. */
  get values(): Uint32Array {
    return this.#values.subarray(0, this.#length);
  }
}
