/**
 * What expires when, soonest first: a binary heap over slots in typed arrays (16 bytes each) in
 * which a slot knows its place. So a sweep costs what it forgets, however much there is (step 3).
 * Arrivals mostly expire in their order, and so go to the end at once.
 */
const nowhere = -1;
const capacityMin = 64;

export class ExpiryQueue {
  #expires = new Float64Array(0);
  /** Slots; the first `#size` count. */
  #heap = new Int32Array(0);
  /** Where in the heap a slot is. */
  #places = new Int32Array(0);
  #size = 0;

  /** The slot that expires first, or -1. */
  first(): number {
    return this.#size === 0 ? nowhere : this.#heap[0]!;
  }

  /** When a slot expires, or did while it was in it. */
  expiresTickMs(slot: number): number {
    return this.#expires[slot]!;
  }

  /** The caller has made sure that the slot is not in it. */
  add(slot: number, expiresTickMs: number): void {
    if (slot >= this.#expires.length) this.#grow(slot + 1);
    this.#expires[slot] = expiresTickMs;
    this.#rise(slot, this.#size++);
  }

  remove(slot: number): void {
    const hole = this.#places[slot]!;
    if (hole === nowhere) return;
    this.#places[slot] = nowhere;
    const last = this.#heap[--this.#size]!;
    if (last === slot) return;
    this.#sink(last, hole);
    this.#rise(last, this.#places[last]!);
  }

  #grow(slots: number): void {
    const length = Math.max(capacityMin, slots, 2 * this.#expires.length);
    const [expires, heap, places] = [this.#expires, this.#heap, this.#places];
    this.#expires = new Float64Array(length);
    this.#expires.set(expires);
    this.#heap = new Int32Array(length);
    this.#heap.set(heap);
    this.#places = new Int32Array(length).fill(nowhere);
    this.#places.set(places);
  }

  #put(slot: number, place: number): void {
    this.#heap[place] = slot;
    this.#places[slot] = place;
  }

  #rise(slot: number, from: number): void {
    const expires = this.#expires[slot]!;
    let place = from;
    while (place > 0) {
      const above = this.#heap[(place - 1) >> 1]!;
      if (this.#expires[above]! <= expires) break;
      this.#put(above, place);
      place = (place - 1) >> 1;
    }
    this.#put(slot, place);
  }

  #sink(slot: number, from: number): void {
    const expires = this.#expires[slot]!;
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#size) break;
      const right = below + 1;
      if (right < this.#size && this.#expiresAt(right) < this.#expiresAt(below)) below = right;
      if (this.#expiresAt(below) >= expires) break;
      this.#put(this.#heap[below]!, place);
      place = below;
    }
    this.#put(slot, place);
  }

  #expiresAt(place: number): number {
    return this.#expires[this.#heap[place]!]!;
  }
}
