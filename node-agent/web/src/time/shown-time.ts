/**
 * Which time is shown beside a message. No clock is trusted: a stamp counts only as far as it can
 * be true, and "time unknown" is better than a wrong date. It never changes the order.
 */
import { timeLimits } from '@muster/core';

/** Muster did not exist before; an earlier stamp comes from a clock that was never set. */
const plausibleFromMs = Date.UTC(2025, 0, 1);

/**
 * Milliseconds since 1970, at most `arrivedMs`; undefined when the stamp cannot be true. A stamp
 * that is a little ahead (the drift that the order allows) is shown as its arrival.
 */
export function shownTime(message: {
  readonly ms: number;
  readonly arrivedMs: number;
}): number | undefined {
  if (message.ms < plausibleFromMs) return undefined;
  if (message.ms > message.arrivedMs + timeLimits.driftMsMax) return undefined;
  return Math.min(message.ms, message.arrivedMs);
}

/** A number for each local day. */
export function dayNumber(ms: number): number {
  const date = new Date(ms);
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}
