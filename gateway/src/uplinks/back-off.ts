/**
 * Back-off with jitter (step 6): each failure doubles the wait up to a maximum, success begins
 * anew. The jitter keeps a thousand gateways from coming back in the same second after a power cut.
 */
import { equalJitterMs, type Random } from '@muster/core';
import { uplinkLimits } from './limits.ts';

/** Delay in milliseconds before attempt number `failures` + 1: half of it fixed, half drawn. */
export function retryDelayMs(random: Random, failures: number): number {
  const { retryDelayMsMin, retryDelayMsMax } = uplinkLimits;
  return equalJitterMs(random, { min: retryDelayMsMin, max: retryDelayMsMax }, failures);
}
