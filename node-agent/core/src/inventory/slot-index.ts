/**
 * A hash index from 32-bit hashes to slots, in two typed arrays (open addressing, linear probing,
 * removal by shifting back). It knows nothing of what a slot holds: the caller compares. Half full
 * at most, so that a probe stays short; hashes must be keyed where a stranger chooses the input.
 */
const empty = -1;
const capacityMin = 64;

export class SlotIndex {
  #slots = new Int32Array(capacityMin).fill(empty);
  #hashes = new Uint32Array(capacityMin);
  #mask = capacityMin - 1;
  #count = 0;

  get size(): number {
    return this.#count;
  }

  /** The slot under this hash for which `matches` holds, or -1. */
  find(hash: number, matches: (slot: number) => boolean): number {
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = this.#slots[at]!;
      if (slot === empty) return empty;
      if (this.#hashes[at] === hash && matches(slot)) return slot;
    }
  }

  /** The caller has made sure that the slot is not in it. */
  add(hash: number, slot: number): void {
    if ((this.#count + 1) * 2 > this.#slots.length) this.#grow();
    this.#place(hash, slot);
    this.#count++;
  }

  remove(hash: number, slot: number): void {
    let at = hash & this.#mask;
    while (this.#slots[at] !== slot) {
      if (this.#slots[at] === empty) return;
      at = (at + 1) & this.#mask;
    }
    this.#count--;
    this.#shiftBack(at);
  }

  #place(hash: number, slot: number): void {
    let at = hash & this.#mask;
    while (this.#slots[at] !== empty) at = (at + 1) & this.#mask;
    this.#slots[at] = slot;
    this.#hashes[at] = hash;
  }

  /** Closes the gap at `gap`: whatever was pushed past it by probing moves back (Knuth 6.4 R). */
  #shiftBack(gap: number): void {
    let hole = gap;
    for (let at = (hole + 1) & this.#mask; ; at = (at + 1) & this.#mask) {
      if (this.#slots[at] === empty) break;
      const home = this.#hashes[at]! & this.#mask;
      const distance = (at - home) & this.#mask;
      if (distance >= ((at - hole) & this.#mask)) {
        this.#slots[hole] = this.#slots[at]!;
        this.#hashes[hole] = this.#hashes[at]!;
        hole = at;
      }
    }
    this.#slots[hole] = empty;
  }

  #grow(): void {
    const slots = this.#slots;
    const hashes = this.#hashes;
    this.#slots = new Int32Array(slots.length * 2).fill(empty);
    this.#hashes = new Uint32Array(slots.length * 2);
    this.#mask = this.#slots.length - 1;
    for (let at = 0; at < slots.length; at++) {
      if (slots[at] !== empty) this.#place(hashes[at]!, slots[at]!);
    }
  }
}
