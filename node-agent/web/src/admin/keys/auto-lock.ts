/**
 * Locks the admin key again when nobody has touched the page for a while. A phone that sleeps runs
 * no timers, so what counts is the clock at the next look, not the timer alone.
 */
import type { Clock, Timer } from '@muster/core';
import { adminTimes } from '../limits.ts';

export class AutoLock {
  readonly #clock: Clock;
  readonly #onLock: () => void;
  #touchedMs = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, onLock: () => void) {
    this.#clock = clock;
    this.#onLock = onLock;
  }

  start(): void {
    this.#touchedMs = this.#now();
    this.#wait(adminTimes.idleMsMax);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** The person did something, or the page came back to view. */
  touch(): void {
    if (!this.#timer || this.#look()) return;
    this.#touchedMs = this.#now();
  }

  /** By the wall, which goes on while the phone sleeps. */
  #now(): number {
    return this.#clock.wall().unixMs;
  }

  #wait(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.after(delayMs, () => this.#look());
  }

  /** True when it locked. */
  #look(): boolean {
    const idleMs = this.#now() - this.#touchedMs;
    // A wall clock that went back says nothing: as if just touched.
    if (idleMs < 0) this.#touchedMs = this.#now();
    if (idleMs < adminTimes.idleMsMax) {
      this.#wait(adminTimes.idleMsMax - Math.max(0, idleMs));
      return false;
    }
    this.stop();
    this.#onLock();
    return true;
  }
}
