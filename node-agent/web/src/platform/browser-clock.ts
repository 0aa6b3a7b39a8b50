/** The Clock port in a browser. The phone's own wall time is believed as a device's, no further. */
import { type Clock, ClockQuality } from '@muster/core';

export const browserClock: Clock = {
  monotonicMs: () => performance.now(),
  wall: () => ({ unixMs: Date.now(), quality: ClockQuality.device }),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
