/**
 * Produces the coded symbols of one set, batch after batch, in index order (step 4 of a message's
 * way). Rateless: there is no last symbol, and those already sent stay valid. The first batch costs
 * a pass over the set, later ones a pass over its indices and the items that they touch.
 */
import { CodedSymbols } from './coded-symbols.ts';
import { beginSequences, type IndexSequences, nextIndex } from './index-sequence.ts';
import { keyedMix } from './keyed-mix.ts';
import type { ShortIds } from './short-ids.ts';

export class SymbolEncoder {
  readonly #items: ShortIds;
  readonly #checkSeed: number;
  readonly #sequences: IndexSequences;
  #produced = 0;

  constructor(items: ShortIds, checkSeed: number) {
    this.#items = items;
    this.#checkSeed = checkSeed;
    this.#sequences = beginSequences(items.hi, items.lo);
  }

  /** Index of the first symbol of the next batch. */
  get produced(): number {
    return this.#produced;
  }

  /** The next `count` symbols. */
  next(count: number): CodedSymbols {
    const symbols = new CodedSymbols(this.#produced);
    symbols.extend(count);
    addItems(symbols, this.#items, {
      sequences: this.#sequences,
      checkSeed: this.#checkSeed,
    });
    this.#produced += count;
    return symbols;
  }
}

/** Adds each item whose sequence stands within the run of symbols, and moves it on past them. */
function addItems(
  symbols: CodedSymbols,
  items: ShortIds,
  { sequences, checkSeed }: { readonly sequences: IndexSequences; readonly checkSeed: number },
): void {
  const { first, sumHi, sumLo, check, count } = symbols;
  const to = first + symbols.length;
  for (let j = 0; j < items.hi.length; j++) {
    let index = sequences.index[j]!;
    if (index >= to) continue;
    const hi = items.hi[j]!;
    const lo = items.lo[j]!;
    const itemCheck = keyedMix(checkSeed, hi, lo);
    while (index < to) {
      const at = index - first;
      sumHi[at]! ^= hi;
      sumLo[at]! ^= lo;
      check[at]! ^= itemCheck;
      count[at]! += 1;
      index = nextIndex(sequences, j);
    }
  }
}
