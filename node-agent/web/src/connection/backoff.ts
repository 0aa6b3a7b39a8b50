/**
 * How long to wait before trying the node again: it doubles, and half of it is drawn at random, so
 * that a thousand phones do not all come back in the same moment.
 */
import { equalJitterMs, type Random } from '@muster/core';
import { connectionTimes } from '../limits.ts';

/** Milliseconds before attempt number `attempt` (1, 2 ...), between the half and the whole. */
export function retryDelayMs(attempt: number, random: Random): number {
  const { retryDelayMsMin, retryDelayMsMax } = connectionTimes;
  return equalJitterMs(random, { min: 2 * retryDelayMsMin, max: retryDelayMsMax }, attempt);
}
