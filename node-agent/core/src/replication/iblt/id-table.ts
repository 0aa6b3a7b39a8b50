/**
 * A hash table of short ids in columns: what was found in a difference, or what a peer listed
 * (step 4 of a message's way). The ids may be chosen by an attacker who knows the session key, so
 * no id is ever kept or sought more than `probesMax` places from its own.
 */

/**
 * At most half of the slots are taken, where the chance of a random id to land farther away than
 * this is below 2^-70. An attacker gains a factor of 256 on a cheap step, and no more.
 */
const probesMax = 256;

export class IdTable {
  /** How many ids it holds; id p is (hi[p], lo[p]), in the order in which they came. */
  length = 0;
  hi = new Uint32Array(0);
  lo = new Uint32Array(0);
  /** Position + 1 of the id in a slot, 0 when free; a power of two, twice the room or more. */
  #slots = new Uint32Array(2);

  /** Makes room for `capacity` ids in all; false when one of those here finds no place then. */
  reserve(capacity: number): boolean {
    if (capacity <= this.hi.length) return true;
    const { hi, lo } = this;
    this.hi = new Uint32Array(capacity);
    this.lo = new Uint32Array(capacity);
    this.hi.set(hi);
    this.lo.set(lo);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * capacity)));
    for (let p = 0; p < this.length; p++) {
      const slot = this.#slotFor(hi[p]!, lo[p]!);
      if (slot < 0) return false;
      this.#slots[slot] = p + 1;
    }
    return true;
  }

  /** Adds an id that there is room for; false when it is there already or finds no place. */
  add(hi: number, lo: number): boolean {
    const slot = this.#slotFor(hi, lo);
    if (slot < 0 || this.#slots[slot] !== 0) return false;
    this.hi[this.length] = hi;
    this.lo[this.length] = lo;
    this.length += 1;
    this.#slots[slot] = this.length;
    return true;
  }

  /** The position of an id, or -1. */
  find(hi: number, lo: number): number {
    const slot = this.#slotFor(hi, lo);
    return slot < 0 ? -1 : this.#slots[slot]! - 1;
  }

  /** The slot that holds the id, or else the free one where it belongs; -1 when there is none. */
  #slotFor(hi: number, lo: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = lo & mask;
    for (let probes = 0; probes < probesMax; probes++) {
      const p = slots[slot]! - 1;
      if (p < 0 || (this.lo[p] === lo && this.hi[p] === hi)) return slot;
      slot = (slot + 1) & mask;
    }
    return -1;
  }
}
