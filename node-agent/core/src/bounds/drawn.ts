/** Numbers drawn from a source of entropy: waits get no phase or order that others could use. */
import type { Random } from '../ports/random.ts';

/** From 0 up to but not including 1. */
export function fractionOf(random: Random): number {
  const bytes = random.bytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
}

/** Evenly from `from` up to but not including `to`. */
export function between(random: Random, from: number, to: number): number {
  return from + (to - from) * fractionOf(random);
}
