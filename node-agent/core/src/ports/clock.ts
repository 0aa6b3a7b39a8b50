/**
 * The clock as the core sees it. Every step of a message's way that measures or waits uses it.
 * The core never asks the platform for time: the simulator drives the same code in virtual time.
 */

/** How far wall time can be believed. It travels inside bundles; never use it to drop anything. */
export const ClockQuality = { unknown: 0, device: 1, synced: 2 } as const;
export type ClockQuality = (typeof ClockQuality)[keyof typeof ClockQuality];

export interface WallTime {
  /** Milliseconds since 1970 as the device believes; may be wrong by years. */
  readonly unixMs: number;
  readonly quality: ClockQuality;
}

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back while the process lives. */
  monotonicMs(): number;
  wall(): WallTime;
  /** Runs `run` once after `delayMs`, never synchronously. */
  after(delayMs: number, run: () => void): Timer;
}
