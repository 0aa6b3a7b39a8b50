/** Waits of the medium: doubling, and drawn, with no phase or order that others could count on. */
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

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** The least bound, doubled so many times, up to the greatest. */
export function doubled({ min, max }: Bounds, times: number): number {
  return Math.min(max, min * 2 ** Math.min(times, 30));
}

/** Milliseconds before the next attempt after `failures` in a row: full jitter, doubling bound. */
export function backoffMs(random: Random, failures: number, bounds: Bounds): number {
  if (failures === 0) return 0;
  return fractionOf(random) * doubled(bounds, failures - 1);
}
