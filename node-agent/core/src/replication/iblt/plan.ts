/**
 * How an exchange goes on when the symbols so far were not enough: by a sketch, by more symbols, or
 * by listing the smaller set, whichever costs least (step 4 of a message's way). Pure arithmetic;
 * each end decides for itself, within the caps that both know.
 */
import { asksMax, firstSymbols, listBytesPerItem, symbolBytesMean } from './constants.ts';
import { counterBytesMax, sketchLevelMax, sketchLevelMin } from './sketch.ts';

/** What a responder that could not finish asks for next. */
export type Ask =
  | { readonly kind: 'sketch'; readonly level: number }
  | { readonly kind: 'more'; readonly count: number }
  /** The initiator shall list its set. */
  | { readonly kind: 'ask-list' }
  /** The responder lists its own. */
  | { readonly kind: 'list' };

export interface Situation {
  readonly ownCount: number;
  readonly initiatorCount: number;
  /** Symbols seen so far. */
  readonly symbols: number;
  /** Items that differ, as far as the symbols tell. */
  readonly estimate: number;
  /** Asks so far. */
  readonly asks: number;
  readonly maxBodyBytes: number;
}

/**
 * Most symbols that an initiator with so many items ever sends: those beyond the first take about
 * the bytes of a list of its whole set, which would say more.
 */
export function symbolsMax(initiatorCount: number): number {
  return firstSymbols + Math.ceil((2 * initiatorCount) / 3);
}

/**
 * Symbols, from the first on, that nearly always suffice for a difference estimated with this
 * relative standard error. 1.35 d + 2.5 sqrt(d) + 6 covers 95 to 99 % of the differences of every
 * size d from 10 to 100,000, two standard errors more 97.5 % of the estimates; together 99 % of the
 * exchanges end within two round trips. One error and 2 sqrt(d) would save 4 % of the bytes and
 * cost a third round trip in 3 to 4 % of them.
 */
export function symbolsWanted(estimate: number, relativeError: number): number {
  const difference = estimate * (1 + 2 * relativeError);
  return Math.ceil(1.35 * difference + 2.5 * Math.sqrt(difference) + 6);
}

/** The relative standard error of a sketch, or of the counts of so many symbols. */
export function relativeErrorOf(samples: number): number {
  return Math.sqrt(2 / samples);
}

/**
 * The sketch that makes sketch and overshoot together smallest: with c counters of about a byte,
 * c + 2 sqrt(2 / c) * 1.35 * 13.2 d has its minimum at c = (25 d)^(2/3).
 */
export function sketchLevelFor(estimate: number, maxBodyBytes: number): number {
  const best = Math.round(Math.log2((25 * Math.max(1, estimate)) ** (2 / 3)));
  const fitting = Math.floor(Math.log2((maxBodyBytes - 2) / counterBytesMax));
  return Math.max(sketchLevelMin, Math.min(best, fitting, sketchLevelMax));
}

/** What it takes to go on by `count` symbols, with four bytes for each item then wanted. */
export function symbolsCostBytes(count: number, estimate: number): number {
  return count * symbolBytesMean + 2 * estimate;
}

export function listCostBytes(items: number): number {
  return items * (listBytesPerItem + 1 / 8);
}

export function nextAsk(situation: Situation): Ask {
  const { ownCount, initiatorCount, symbols, estimate, asks, maxBodyBytes } = situation;
  const listing: Ask = ownCount <= initiatorCount ? { kind: 'list' } : { kind: 'ask-list' };
  const listCost = listCostBytes(Math.min(ownCount, initiatorCount));
  if (asks === 0) {
    const level = sketchLevelFor(estimate, maxBodyBytes);
    const more = symbolsWanted(estimate, relativeErrorOf(2 ** level)) - symbols;
    // The estimate is rough as yet, and the initiator may still list when it knows better.
    const cost = symbolsCostBytes(more, estimate) / 1.5;
    return cost < listCost ? { kind: 'sketch', level } : listing;
  }
  const wanted = symbolsWanted(estimate, relativeErrorOf(symbols)) - symbols;
  // Where there should have been enough, an eighth more mostly is; else it grows ever faster, as
  // two items that share their first indices may need many times the symbols.
  const count = Math.max(wanted, Math.ceil((symbols / 8) * 2 ** (asks - 1)), 8);
  const affordable = symbols + count <= symbolsMax(initiatorCount);
  const cheaper = symbolsCostBytes(count, estimate) < listCost;
  return asks < asksMax - 1 && affordable && cheaper ? { kind: 'more', count } : listing;
}
