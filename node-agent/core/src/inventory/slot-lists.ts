/**
 * Many doubly linked lists over slots, each slot in at most one of them, with the bytes of each
 * list summed up. Retention keeps its queues in these: one a class, one an author, one an issuer.
 */
const none = -1;

interface Ends {
  first: number;
  last: number;
  bytes: number;
}

export class SlotLists {
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  readonly #ends = new Map<number, Ends>();

  /** Makes room for slots 0 to `slots` - 1. */
  reserve(slots: number): void {
    if (slots <= this.#next.length) return;
    this.#next = enlarged(this.#next, slots);
    this.#previous = enlarged(this.#previous, slots);
  }

  /** First slot of a list, or -1. */
  first(list: number): number {
    return this.#ends.get(list)?.first ?? none;
  }

  next(slot: number): number {
    return this.#next[slot]!;
  }

  bytes(list: number): number {
    return this.#ends.get(list)?.bytes ?? 0;
  }

  /** Puts a slot behind the last one that `goesBefore` it; else at the end, or `first` of all. */
  insert(
    list: number,
    slot: number,
    options: {
      readonly bytes: number;
      readonly goesBefore?: (other: number) => boolean;
      readonly first?: boolean;
    },
  ): void {
    const ends = this.#endsOf(list);
    const { goesBefore, first } = options;
    // A backlog often comes newest first: then the front is found without a walk.
    const toFront = first || (goesBefore && ends.first !== none && !goesBefore(ends.first));
    let before = toFront ? none : ends.last;
    while (goesBefore && before !== none && !goesBefore(before)) before = this.#previous[before]!;
    const behind = before === none ? ends.first : this.#next[before]!;
    this.#previous[slot] = before;
    this.#next[slot] = behind;
    if (before === none) ends.first = slot;
    else this.#next[before] = slot;
    if (behind === none) ends.last = slot;
    else this.#previous[behind] = slot;
    ends.bytes += options.bytes;
  }

  remove(list: number, slot: number, bytes: number): void {
    const ends = this.#endsOf(list);
    const before = this.#previous[slot]!;
    const behind = this.#next[slot]!;
    if (before === none) ends.first = behind;
    else this.#next[before] = behind;
    if (behind === none) ends.last = before;
    else this.#previous[behind] = before;
    ends.bytes -= bytes;
    if (ends.first === none) this.#ends.delete(list);
  }

  #endsOf(list: number): Ends {
    let ends = this.#ends.get(list);
    if (!ends) {
      ends = { first: none, last: none, bytes: 0 };
      this.#ends.set(list, ends);
    }
    return ends;
  }
}

function enlarged(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const array = new Int32Array(length).fill(none);
  array.set(old);
  return array;
}
