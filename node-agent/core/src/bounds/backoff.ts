/**
 * Waits between attempts: each failure doubles them up to a maximum, and jitter keeps a thousand
 * boxes and phones from coming back in the same moment after a power cut (M. Brooker, "Exponential
 * Backoff And Jitter", AWS Architecture Blog, 2015).
 */
import type { Random } from '../ports/random.ts';
import { between } from './drawn.ts';

/** Milliseconds. */
export interface BackoffBounds {
  readonly min: number;
  readonly max: number;
}

/** The least wait, doubled so many times, up to the greatest. */
export function doubledMs({ min, max }: BackoffBounds, times: number): number {
  return Math.min(max, min * 2 ** Math.max(0, times));
}

/** Milliseconds after so many failures in a row: anything up to the doubled wait, 0 before any. */
export function fullJitterMs(random: Random, bounds: BackoffBounds, failures: number): number {
  return failures === 0 ? 0 : between(random, 0, doubledMs(bounds, failures - 1));
}

/** Milliseconds after so many failures in a row: half of the doubled wait fixed, half drawn. */
export function equalJitterMs(random: Random, bounds: BackoffBounds, failures: number): number {
  const waitMs = doubledMs(bounds, failures - 1);
  return between(random, waitMs / 2, waitMs);
}
