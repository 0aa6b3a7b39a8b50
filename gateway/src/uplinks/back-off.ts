/**
 * Back-off with jitter (step 6): each failure doubles the wait up to a maximum, success begins
 * anew. The jitter keeps a thousand gateways from coming back in the same second after a power cut.
 */
import type { Random } from '@muster/core';
import { uplinkLimits } from './limits.ts';

/** Delay in milliseconds before attempt number `failures` + 1: half of it fixed, half drawn. */
export function retryDelayMs(random: Random, failures: number): number {
  const { retryDelayMsMin, retryDelayMsMax } = uplinkLimits;
  // Beyond 2^20 the maximum holds anyway.
  const doubled = retryDelayMsMin * 2 ** Math.min(20, Math.max(0, failures - 1));
  const most = Math.min(doubled, retryDelayMsMax);
  const [low = 0, high = 0] = random.bytes(2);
  return most / 2 + (most / 2) * ((low + 256 * high) / 65_536);
}
