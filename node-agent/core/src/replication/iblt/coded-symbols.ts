/**
 * A run of coded symbols in columns, growing at its end. Symbol i sums up the items whose index
 * sequence holds i (step 4 of a message's way): xor of their short ids, xor of their checks, and
 * how many they are. It knows neither what the items are nor where the symbols came from.
 */

export class CodedSymbols {
  /** Index of the first of them in the whole sequence. */
  readonly first: number;
  /** How many symbols there are; the columns may be longer. */
  length = 0;
  sumHi = new Uint32Array(0);
  sumLo = new Uint32Array(0);
  check = new Uint32Array(0);
  /** Negative in a difference where more items are local than remote. */
  count = new Int32Array(0);

  constructor(first: number) {
    this.first = first;
  }

  /** Makes room for `more` symbols and adds them, all zero. */
  extend(more: number): void {
    const needed = this.length + more;
    if (needed > this.count.length) {
      // Doubling keeps the copying linear when symbols come message by message.
      const capacity = Math.max(needed, 2 * this.count.length);
      this.sumHi = grown(this.sumHi, new Uint32Array(capacity));
      this.sumLo = grown(this.sumLo, new Uint32Array(capacity));
      this.check = grown(this.check, new Uint32Array(capacity));
      this.count = grown(this.count, new Int32Array(capacity));
    }
    this.length = needed;
  }

  isZero(i: number): boolean {
    return this.count[i] === 0 && this.sumHi[i] === 0 && this.sumLo[i] === 0 && this.check[i] === 0;
  }
}

function grown<A extends Uint32Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
