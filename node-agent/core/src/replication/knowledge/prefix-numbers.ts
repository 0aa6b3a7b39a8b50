/**
 * A number for each id prefix, with a maximum: at it, the prefix that came longest ago goes. In
 * typed arrays (32 bytes a prefix, a quarter of a Map), because every link keeps one of thousands
 * and asks it several times for each bundle (step 4 of a message's way). The hash is keyed: ids are
 * chosen by strangers.
 */
import type { IdPrefix } from '../messages/id-prefix.ts';

const capacityMin = 64;
const none = -1;

export class PrefixNumbers {
  readonly #max: number;
  readonly #hashKey: number;
  /** A ring of slots in the order in which prefixes came; what was deleted leaves a gap. */
  #high = new Uint32Array(0);
  #low = new Uint32Array(0);
  #numbers = new Float64Array(0);
  #used = new Uint8Array(0);
  #next = 0;
  /** Open addressing with linear probing: slot + 1, or 0. Half full at most. */
  #index = new Uint32Array(0);
  #mask = 0;

  /** `max` a power of two, 64 at least; `hashKey` 32 random bits. */
  constructor(max: number, hashKey: number) {
    this.#max = max;
    this.#hashKey = hashKey;
  }

  get(prefix: IdPrefix): number | undefined {
    const slot = this.#find(highOf(prefix), lowOf(prefix));
    return slot === none ? undefined : this.#numbers[slot]!;
  }

  /** Where it is already it keeps its place among the others. */
  set(prefix: IdPrefix, value: number): void {
    const high = highOf(prefix);
    const low = lowOf(prefix);
    const known = this.#find(high, low);
    const slot = known === none ? this.#take() : known;
    this.#numbers[slot] = value;
    if (known !== none) return;
    this.#high[slot] = high;
    this.#low[slot] = low;
    this.#used[slot] = 1;
    this.#point(slot);
  }

  delete(prefix: IdPrefix): void {
    const slot = this.#find(highOf(prefix), lowOf(prefix));
    if (slot !== none) this.#free(slot);
  }

  /** The next slot of the ring, empty. */
  #take(): number {
    if (this.#next === this.#numbers.length && this.#next < this.#max) this.#grow();
    const slot = this.#next % this.#numbers.length;
    this.#next = slot + 1;
    if (this.#used[slot] === 1) this.#free(slot);
    return slot;
  }

  #find(high: number, low: number): number {
    if (this.#mask === 0) return none;
    for (let at = this.#hash(high, low) & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = this.#index[at]! - 1;
      if (slot === none || (this.#low[slot] === low && this.#high[slot] === high)) return slot;
    }
  }

  #point(slot: number): void {
    let at = this.#home(slot);
    while (this.#index[at] !== 0) at = (at + 1) & this.#mask;
    this.#index[at] = slot + 1;
  }

  /** Closes the gap: whatever was pushed past it by probing moves back (Knuth 6.4 R). */
  #free(slot: number): void {
    const index = this.#index;
    let hole = this.#home(slot);
    while (index[hole] !== slot + 1) hole = (hole + 1) & this.#mask;
    this.#used[slot] = 0;
    for (let at = (hole + 1) & this.#mask; index[at] !== 0; at = (at + 1) & this.#mask) {
      const distance = (at - this.#home(index[at]! - 1)) & this.#mask;
      if (distance < ((at - hole) & this.#mask)) continue;
      index[hole] = index[at]!;
      hole = at;
    }
    index[hole] = 0;
  }

  #home(slot: number): number {
    return this.#hash(this.#high[slot]!, this.#low[slot]!) & this.#mask;
  }

  #hash(high: number, low: number): number {
    const mixed = Math.imul(high ^ this.#hashKey, 0x9e3779b1) ^ low;
    const h = Math.imul(mixed ^ (mixed >>> 15), this.#hashKey | 1);
    return h ^ (h >>> 13);
  }

  #grow(): void {
    const length = Math.max(capacityMin, 2 * this.#numbers.length);
    this.#high = enlarged(this.#high, new Uint32Array(length));
    this.#low = enlarged(this.#low, new Uint32Array(length));
    this.#numbers = enlarged(this.#numbers, new Float64Array(length));
    this.#used = enlarged(this.#used, new Uint8Array(length));
    this.#index = new Uint32Array(2 * length);
    this.#mask = 2 * length - 1;
    for (let slot = 0; slot < length; slot++) if (this.#used[slot] === 1) this.#point(slot);
  }
}

function highOf(prefix: IdPrefix): number {
  return ((prefix.charCodeAt(0) << 16) | prefix.charCodeAt(1)) >>> 0;
}

function lowOf(prefix: IdPrefix): number {
  return ((prefix.charCodeAt(2) << 16) | prefix.charCodeAt(3)) >>> 0;
}

function enlarged<T extends { set(from: T): void }>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}
