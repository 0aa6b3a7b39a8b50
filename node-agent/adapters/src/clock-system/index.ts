/**
 * The Clock port on the machine's clocks: CLOCK_MONOTONIC, the wall, and Node's timers. It says how
 * far the wall can be believed and never corrects it: that is the core's business (DESIGN §6).
 */
import { existsSync } from 'node:fs';
import { type Clock, ClockQuality, type Timer } from '@muster/core';

/** systemd-timesyncd creates this once a time server has answered since the boot. */
const syncedMarkerDefault = '/run/systemd/timesync/synchronized';

/** How long an answer about the marker holds; the wall is read far more often than it changes. */
const markerFreshMs = 10_000;

/** A wall before this (2026-01-01) is a board without a battery that has just booted. */
const plausibleFromUnixMs = 1_767_225_600_000;

/** setTimeout counts in 32 bits and runs at once beyond that. */
const platformDelayMsMax = 2 ** 31 - 1;

export interface SystemClockOptions {
  /** File whose existence says that the wall was set by a time server. */
  readonly syncedMarker?: string;
}

export function createSystemClock(options: SystemClockOptions = {}): Clock {
  const syncedMarker = options.syncedMarker ?? syncedMarkerDefault;
  let synced = false;
  let askedAtMs = Number.NEGATIVE_INFINITY;

  const quality = (unixMs: number): ClockQuality => {
    const nowMs = performance.now();
    if (nowMs - askedAtMs >= markerFreshMs) {
      synced = existsSync(syncedMarker);
      askedAtMs = nowMs;
    }
    if (synced) return ClockQuality.synced;
    return unixMs >= plausibleFromUnixMs ? ClockQuality.device : ClockQuality.unknown;
  };

  return {
    monotonicMs: () => performance.now(),
    wall() {
      const unixMs = Date.now();
      return { unixMs, quality: quality(unixMs) };
    },
    after,
  };
}

function after(delayMs: number, run: () => void): Timer {
  let leftMs = Math.max(0, delayMs);
  let timeout: NodeJS.Timeout;
  const wait = (): void => {
    const partMs = Math.min(leftMs, platformDelayMsMax);
    leftMs -= partMs;
    timeout = setTimeout(leftMs > 0 ? wait : run, Math.ceil(partMs));
  };
  wait();
  return { cancel: () => clearTimeout(timeout) };
}
