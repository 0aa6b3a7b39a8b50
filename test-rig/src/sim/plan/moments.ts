/** Moments that come by chance, at a mean distance: a Poisson process, as faults and people are. */
import { fraction, type SeededRandom } from '@muster/core/testing';

/** Whole milliseconds from 0 up to `untilMs`, rising; none where `everyMs` is undefined. */
export function moments(
  random: SeededRandom,
  untilMs: number,
  everyMs: number | undefined,
): number[] {
  if (everyMs === undefined) return [];
  const found: number[] = [];
  let atMs = 0;
  for (;;) {
    atMs += exponential(random, everyMs);
    if (atMs >= untilMs) return found;
    found.push(Math.floor(atMs));
  }
}

export function exponential(random: SeededRandom, meanMs: number): number {
  return -Math.log(1 - fraction(random)) * meanMs;
}
