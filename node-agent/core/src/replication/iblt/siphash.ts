/**
 * SipHash-2-4 with a 64-bit result (Aumasson and Bernstein, "SipHash: a fast short-input PRF",
 * INDOCRYPT 2012), in 32-bit halves: part of the reconciling in step 4 of a message's way. A
 * result is a pair (hi, lo), lo being the first four output bytes read in little-endian order. It
 * never allocates per item, and it is no general hash: only short ids and seeds rest on it.
 */

export const sipKeyBytes = 16;

export interface SipOutput {
  readonly hi: Uint32Array;
  readonly lo: Uint32Array;
}

/**
 * Hashes `out.hi.length` messages of `itemBytes` bytes each, which lie one after the other in
 * `bytes`, under one 16-byte key.
 */
export function sipHashEach(
  key: Uint8Array,
  bytes: Uint8Array,
  { itemBytes, out }: { readonly itemBytes: number; readonly out: SipOutput },
): void {
  const start = startState(key);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tailBytes = itemBytes % 8;
  const fullInts = (itemBytes - tailBytes) / 4;
  // The message as (lo, hi) words; the last word holds the tail and, on top, the length.
  const words = new Int32Array(fullInts + 2);
  for (let item = 0; item < out.hi.length; item++) {
    let at = item * itemBytes;
    for (let i = 0; i < fullInts; i++, at += 4) words[i] = view.getInt32(at, true);
    words[fullInts] = 0;
    words[fullInts + 1] = itemBytes << 24;
    for (let b = 0; b < tailBytes; b++) {
      words[fullInts + (b >> 2)]! |= view.getUint8(at + b) << (8 * (b & 3));
    }
    hashWords(start, words, { out, item });
  }
}

/** v0 to v3, each as (lo, hi); the constants spell "somepseudorandomlygeneratedbytes". */
function startState(key: Uint8Array): Int32Array {
  const view = new DataView(key.buffer, key.byteOffset, sipKeyBytes);
  const k0l = view.getInt32(0, true);
  const k0h = view.getInt32(4, true);
  const k1l = view.getInt32(8, true);
  const k1h = view.getInt32(12, true);
  return Int32Array.of(
    k0l ^ 0x70736575,
    k0h ^ 0x736f6d65,
    k1l ^ 0x6e646f6d,
    k1h ^ 0x646f7261,
    k0l ^ 0x6e657261,
    k0h ^ 0x6c796765,
    k1l ^ 0x79746573,
    k1h ^ 0x74656462,
  );
}

/** A 64-bit add carries where both top bits are set, or one is and the sum's is not. */
function carry(a: number, b: number, sum: number): number {
  return ((a & b) | ((a | b) & ~sum)) >>> 31;
}

function hashWords(
  start: Int32Array,
  words: Int32Array,
  { out, item }: { readonly out: SipOutput; readonly item: number },
): void {
  let v0l = start[0]!;
  let v0h = start[1]!;
  let v1l = start[2]!;
  let v1h = start[3]!;
  let v2l = start[4]!;
  let v2h = start[5]!;
  let v3l = start[6]!;
  let v3h = start[7]!;
  // Two rounds for each word; then, as one word more, the finish of four.
  for (let i = 0; i <= words.length; i += 2) {
    const finish = i === words.length;
    const ml = finish ? 0 : words[i]!;
    const mh = finish ? 0 : words[i + 1]!;
    if (finish) v2l ^= 0xff;
    v3l ^= ml;
    v3h ^= mh;
    for (let round = finish ? 4 : 2; round > 0; round--) {
      let l = (v0l + v1l) | 0;
      v0h = (v0h + v1h + carry(v0l, v1l, l)) | 0;
      v0l = l;
      l = (v2l + v3l) | 0;
      v2h = (v2h + v3h + carry(v2l, v3l, l)) | 0;
      v2l = l;
      l = (v1l << 13) | (v1h >>> 19);
      v1h = ((v1h << 13) | (v1l >>> 19)) ^ v0h;
      v1l = l ^ v0l;
      l = (v3l << 16) | (v3h >>> 16);
      v3h = ((v3h << 16) | (v3l >>> 16)) ^ v2h;
      v3l = l ^ v2l;
      l = v0l;
      v0l = v0h;
      v0h = l;
      l = (v2l + v1l) | 0;
      v2h = (v2h + v1h + carry(v2l, v1l, l)) | 0;
      v2l = l;
      l = (v0l + v3l) | 0;
      v0h = (v0h + v3h + carry(v0l, v3l, l)) | 0;
      v0l = l;
      l = (v1l << 17) | (v1h >>> 15);
      v1h = ((v1h << 17) | (v1l >>> 15)) ^ v2h;
      v1l = l ^ v2l;
      l = (v3l << 21) | (v3h >>> 11);
      v3h = ((v3h << 21) | (v3l >>> 11)) ^ v0h;
      v3l = l ^ v0l;
      l = v2l;
      v2l = v2h;
      v2h = l;
    }
    v0l ^= ml;
    v0h ^= mh;
  }
  out.lo[item] = v0l ^ v1l ^ v2l ^ v3l;
  out.hi[item] = v0h ^ v1h ^ v2h ^ v3h;
}
