/**
 * The bounds and choices of one reconciliation, each with its reason (step 4 of a message's way).
 * Both ends rely on the caps, so those are part of the protocol; the other figures are each end's
 * own choice. The figures were measured with the real encoder over hundreds of seeds for each size;
 * the tests of round trips and of the decoder hold them.
 */

/** Items of one lane; above storeLimits.liveEntriesMax, so an honest node never comes near. */
export const itemsMax = 2 ** 20;

/** The smallest body that every message of the exchange can be split to. */
export const bodyBytesMin = 512;

/**
 * Symbols sent before anything is known of the other side: 330 bytes. They are enough for 10
 * differences in 93 of 100 exchanges, for 12 in 84, for 15 in 56. Sixteen would save 110 bytes each
 * time and be enough for 10 in 55 only; a round trip on a slow link weighs more than that.
 */
export const firstSymbols = 24;

/** Bytes of one symbol and of one listed item, for reckoning only. */
export const symbolBytesMean = 13.2;
export const listBytesPerItem = 8;

/** A set this small is listed at once, in no more bytes than the first symbols take. */
export const listedAtOnceMax = 40;

/**
 * Asks of one responder: a sketch, five for more symbols (growing twelvefold in all), and a list,
 * which always ends it. Of honest exchanges one in a hundred needs a second ask, a fifth of those a
 * third.
 */
export const asksMax = 7;
