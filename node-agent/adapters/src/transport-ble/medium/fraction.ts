/** Random waits of the medium: no phase and no order that others could count on. */
import type { Random } from '@muster/core';

/** From 0 up to but not including 1. */
export function fractionOf(random: Random): number {
  const bytes = random.bytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
}

/** Evenly from `from` up to `to`. */
export function between(random: Random, from: number, to: number): number {
  return from + (to - from) * fractionOf(random);
}

/** Milliseconds before the next attempt after `failures` in a row: full jitter, doubling bound. */
export function backoffMs(
  random: Random,
  failures: number,
  bounds: { readonly min: number; readonly max: number },
): number {
  if (failures === 0) return 0;
  return fractionOf(random) * Math.min(bounds.max, bounds.min * 2 ** Math.min(failures - 1, 30));
}
