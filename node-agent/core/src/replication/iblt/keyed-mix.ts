/**
 * A second, quick hash of a short id under a seed: MurmurHash3_x86_32 (Appleby, 2011) of its eight
 * bytes, lo first. Checks of coded symbols and the sketch use it (step 4 of a message's way). It
 * is not cryptographic: short ids are keyed already, it only has to be independent of their xor.
 */

const c1 = 0xcc9e2d51;
const c2 = 0x1b873593;

function absorbed(state: number, word: number): number {
  let k = Math.imul(word, c1);
  k = (k << 15) | (k >>> 17);
  const h = state ^ Math.imul(k, c2);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** A Uint32 from a Uint32 seed and the two halves of a short id. */
export function keyedMix(seed: number, hi: number, lo: number): number {
  let h = absorbed(absorbed(seed, lo), hi) ^ 8;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
