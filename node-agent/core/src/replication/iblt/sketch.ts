/**
 * How large a difference is, before it is known: a tug-of-war sketch (Alon, Matias, Szegedy, "The
 * space complexity of approximating the frequency moments", 1996) in the form where each item pulls
 * at one counter only (Thorup and Zhang, SODA 2004), which is as exact for the same bytes and needs
 * one step per item instead of one per counter. Part of the reconciling in step 4 of a message's
 * way; an estimate from it is never believed beyond the caps of the exchange.
 */
import { ok, type Result, refused } from '../../result.ts';
import type { BodyReader } from './body-reader.ts';
import type { BodyWriter } from './body-writer.ts';
import { keyedMix } from './keyed-mix.ts';
import type { ShortIds } from './short-ids.ts';

export const sketchLevelMin = 6;
export const sketchLevelMax = 12;

/** Most bytes of one counter on the wire, for sets of up to 2^20 items. */
export const counterBytesMax = 4;

/**
 * 2^level counters. With x = keyedMix(seed, item), the item adds 1 - 2 (x & 1) to the counter whose
 * number is the top `level` bits of x.
 */
export function sketchOf(
  items: ShortIds,
  { seed, level }: { readonly seed: number; readonly level: number },
): Int32Array {
  const counters = new Int32Array(2 ** level);
  const shift = 32 - level;
  for (let j = 0; j < items.hi.length; j++) {
    const mixed = keyedMix(seed, items.hi[j]!, items.lo[j]!);
    counters[mixed >>> shift]! += 1 - 2 * (mixed & 1);
  }
  return counters;
}

/**
 * How many items are in one set only, from two sketches of one seed and level: items in both cancel
 * out, and the squares of what is left add up to the number sought on average. Relative standard
 * error: sqrt(2 / counters).
 */
export function estimateDifference(a: Int32Array, b: Int32Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) {
    const off = a[i]! - b[i]!;
    squares += off * off;
  }
  return squares;
}

/** The level of a sketch with so many counters, a power of two. */
export function levelOf(counters: number): number {
  return 31 - Math.clz32(counters);
}

/** The level, then each counter as a zigzag varint. */
export function writeSketch(writer: BodyWriter, counters: Int32Array): void {
  writer.byte(levelOf(counters.length));
  for (const counter of counters) writer.signedVarint(counter);
}

export type SketchFailure = 'sketch-malformed' | 'sketch-level' | 'sketch-counter';

/** A sketch of a set of at most `itemsMax` items; reads only its own bytes. */
export function readSketch(
  reader: BodyReader,
  itemsMax: number,
): Result<Int32Array, SketchFailure> {
  const level = reader.byte();
  if (reader.failed) return refused('sketch-malformed');
  if (level < sketchLevelMin || level > sketchLevelMax) return refused('sketch-level');
  const counters = new Int32Array(2 ** level);
  for (let i = 0; i < counters.length; i++) {
    const counter = reader.signedVarint();
    if (Math.abs(counter) > itemsMax) return refused('sketch-counter');
    counters[i] = counter;
  }
  return reader.failed ? refused('sketch-malformed') : ok(counters);
}
