/**
 * Coded symbols as bytes: 8 bytes of sum (lo, hi), 4 bytes of check, all little-endian, then the
 * count less its expectation as a zigzag varint, which is mostly one byte (step 4 of a message's
 * way). Reading is strict and never takes more than the message that is at hand.
 */
import { ok, type Result, refused } from '../../result.ts';
import type { BodyReader } from './body-reader.ts';
import type { BodyWriter } from './body-writer.ts';
import type { CodedSymbols } from './coded-symbols.ts';

/** Most bytes of one symbol: its sum, its check, and a varint of five. */
export const symbolBytesMax = 17;

/**
 * How many of n items symbol i holds on average, to the nearest whole number, halves up: from
 * indexShare(i) = 8 (i + 1) / (2i + 3)^2, in whole numbers below 2^53.
 */
export function expectedCount(itemCount: number, i: number): number {
  if (i === 0) return itemCount;
  const divisor = (2 * i + 3) * (2 * i + 3);
  return Math.floor((16 * itemCount * (i + 1) + divisor) / (2 * divisor));
}

/** Writes symbol `at` of a run that was made from `itemCount` items. */
export function writeSymbol(
  writer: BodyWriter,
  symbols: CodedSymbols,
  { at, itemCount }: { readonly at: number; readonly itemCount: number },
): void {
  writer.uint32(symbols.sumLo[at]!);
  writer.uint32(symbols.sumHi[at]!);
  writer.uint32(symbols.check[at]!);
  writer.signedVarint(symbols.count[at]! - expectedCount(itemCount, symbols.first + at));
}

export type SymbolFailure = 'symbol-malformed' | 'symbol-count' | 'too-many-symbols';

/**
 * Reads symbols up to the end of the body, adds them to `symbols`, and says how many they are.
 * They must not be more than `symbolsMax`, nor hold more than `itemCount` items each.
 */
export function readSymbols(
  reader: BodyReader,
  symbols: CodedSymbols,
  { itemCount, symbolsMax }: { readonly itemCount: number; readonly symbolsMax: number },
): Result<number, SymbolFailure> {
  let read = 0;
  while (reader.left > 0) {
    if (read === symbolsMax) return refused('too-many-symbols');
    const at = symbols.length;
    symbols.extend(1);
    symbols.sumLo[at] = reader.uint32();
    symbols.sumHi[at] = reader.uint32();
    symbols.check[at] = reader.uint32();
    const count = expectedCount(itemCount, symbols.first + at) + reader.signedVarint();
    if (reader.failed) return refused('symbol-malformed');
    if (count < 0 || count > itemCount) return refused('symbol-count');
    symbols.count[at] = count;
    read += 1;
  }
  return ok(read);
}
