/**
 * Which coded symbols an item belongs to: a rising sequence of indices that begins with 0 and holds
 * index i with probability 1 / (1 + i/2) (Yang, Gilad, Alizadeh, SIGCOMM 2024, § 4.2; step 4 of a
 * message's way). Both ends must compute the same numbers, so each operation is exact or correctly
 * rounded IEEE 754 binary64; nothing may be fused, reordered or approximated.
 */

/** Where a sequence stands that left every range which is ever asked for. */
export const indexEnd = 0xffffffff;

/** The sequences of many items: for each its 64-bit generator state and its index so far. */
export interface IndexSequences {
  readonly stateHi: Uint32Array;
  readonly stateLo: Uint32Array;
  readonly index: Uint32Array;
}

/** All at index 0, seeded by the short ids, which stay as they are. */
export function beginSequences(hi: Uint32Array, lo: Uint32Array): IndexSequences {
  return { stateHi: hi.slice(), stateLo: lo.slice(), index: new Uint32Array(hi.length) };
}

// The multiplier is 0xda942042e4dd58b5; its low half also in two 16-bit parts.
const multiplierHi = 0xda942042;
const multiplierLo = 0xe4dd58b5;
const partHi = 0xe4dd;
const partLo = 0x58b5;

/**
 * Moves item j to its next index and returns it:
 *   state = state * 0xda942042e4dd58b5 mod 2^64
 *   index = index + max(1, ceil((index + 1.5) * (2^32 / sqrt(state + 1) - 1)))
 * where state is first rounded to binary64 and 1 is then added to that; at most indexEnd.
 */
export function nextIndex(sequences: IndexSequences, j: number): number {
  const lo = sequences.stateLo[j]!;
  // The high half of lo * multiplierLo, from 16-bit parts; no partial sum reaches 2^32.
  const low = lo & 0xffff;
  const high = lo >>> 16;
  const first = (Math.imul(high, partLo) >>> 0) + (Math.imul(low, partLo) >>> 16);
  const second = (Math.imul(low, partHi) >>> 0) + (first & 0xffff);
  const carried = Math.imul(high, partHi) + (first >>> 16) + (second >>> 16);
  const crossed = Math.imul(sequences.stateHi[j]!, multiplierLo) + Math.imul(lo, multiplierHi);
  const stateHi = (carried + crossed) >>> 0;
  const stateLo = Math.imul(lo, multiplierLo) >>> 0;
  sequences.stateHi[j] = stateHi;
  sequences.stateLo[j] = stateLo;
  const index = sequences.index[j]!;
  const root = Math.sqrt(stateHi * 4294967296 + stateLo + 1);
  // The last few states of 2^64 round to a step of 0, which would undo the item's own xor.
  const next = index + Math.max(1, Math.ceil((index + 1.5) * (4294967296 / root - 1)));
  const bounded = Math.min(next, indexEnd);
  sequences.index[j] = bounded;
  return bounded;
}

/** Item j begins anew, at index 0, seeded by this short id. */
export function beginSequence(
  sequences: IndexSequences,
  j: number,
  { hi, lo }: { readonly hi: number; readonly lo: number },
): void {
  sequences.stateHi[j] = hi;
  sequences.stateLo[j] = lo;
  sequences.index[j] = 0;
}

/**
 * The exact share of items whose sequence holds index i > 0, as the formula above makes it:
 * 8 (i + 1) / (2i + 3)^2. It differs from 1 / (1 + i/2) by at most 4 %, at i = 1.
 */
export function indexShare(i: number): number {
  return i === 0 ? 1 : (8 * (i + 1)) / ((2 * i + 3) * (2 * i + 3));
}
