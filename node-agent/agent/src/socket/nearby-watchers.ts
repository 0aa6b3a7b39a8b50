/**
 * The sessions whose page shows who is near: each is told at once, then on change and from time to
 * time, the more rarely the more there are. One frame is made for all, and none while nobody looks.
 */
import type { Clock, Timer } from '@muster/core';
import { socketLimits } from './limits.ts';
import type { Session } from './session.ts';

export interface NearbyWatchersOptions {
  readonly clock: Clock;
  /** Who is near now, as a frame. */
  frame(): string;
}

export class NearbyWatchers {
  readonly #options: NearbyWatchersOptions;
  /** Bounded by sessionsMax. */
  readonly #sessions = new Set<Session>();
  #timer: Timer | undefined;
  #dueMs = 0;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: NearbyWatchersOptions) {
    this.#options = options;
  }

  add(session: Session): void {
    this.#sessions.add(session);
    session.sendFrame(this.#options.frame());
    this.#plan(this.#options.clock.monotonicMs() + socketLimits.nearbyRefreshMs);
  }

  remove(session: Session): void {
    if (this.#sessions.delete(session) && this.#sessions.size === 0) this.stop();
  }

  changed(): void {
    if (this.#sessions.size > 0) this.#plan(this.#sentAtMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#sessions.clear();
  }

  /** At this time, but never sooner after the last one than so many readers allow. */
  #plan(atMs: number): void {
    const { clock } = this.#options;
    const { nearbyEveryMsMin, nearbyMsPerSession } = socketLimits;
    const gapMs = Math.max(nearbyEveryMsMin, this.#sessions.size * nearbyMsPerSession);
    const nowMs = clock.monotonicMs();
    const dueMs = Math.max(atMs, this.#sentAtMs + gapMs, nowMs);
    if (this.#timer && this.#dueMs <= dueMs) return;
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = clock.after(dueMs - nowMs, () => this.#send());
  }

  #send(): void {
    this.#timer = undefined;
    this.#sentAtMs = this.#options.clock.monotonicMs();
    const frame = this.#options.frame();
    for (const session of this.#sessions) session.sendFrame(frame);
    // How long ago somebody was heard grows of itself; that somebody still is does not.
    this.#plan(this.#sentAtMs + socketLimits.nearbyRefreshMs);
  }
}
