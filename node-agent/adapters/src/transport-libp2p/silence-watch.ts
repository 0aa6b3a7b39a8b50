/**
 * Notices that a neighbour has fallen silent. A timer runs only while something was sent and
 * nothing was heard since (or always, on media without a kernel that asks), so an idle link costs
 * nothing. Step 4 of a message's way; it sends nothing itself.
 */
import type { Clock, Timer } from '@muster/core';
import { silenceLimits } from './constants.ts';

export interface SilenceWatchOptions {
  /** Ask also when nothing was sent. */
  readonly always: boolean;
  readonly onAsk: () => void;
  readonly onSilent: () => void;
}

export class SilenceWatch {
  readonly #clock: Clock;
  readonly #options: SilenceWatchOptions;
  #timer: Timer | undefined;
  #heard = false;
  #unanswered = false;
  #silentRounds = 0;
  #onHeard: (() => void) | undefined;
  #stopped = false;

  constructor(clock: Clock, options: SilenceWatchOptions) {
    this.#clock = clock;
    this.#options = options;
    if (options.always) this.#arm();
  }

  /** Something went out that deserves an answer in time; an answer itself does not. */
  sent(): void {
    this.#unanswered = true;
    if (this.#timer !== undefined) return;
    this.#heard = false;
    this.#arm();
  }

  heard(): void {
    this.#heard = true;
    this.#unanswered = false;
    this.#silentRounds = 0;
    this.#onHeard?.();
  }

  /** Asks now: true as soon as anything is heard, false after `proveMs` or when stopped. */
  prove(): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (alive: boolean): void => {
        this.#onHeard = undefined;
        timer.cancel();
        resolve(alive);
      };
      const timer = this.#clock.after(silenceLimits.proveMs, () => settle(false));
      this.#onHeard = () => settle(!this.#stopped);
      this.#options.onAsk();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#onHeard?.();
  }

  #arm(): void {
    if (this.#stopped) return;
    this.#timer = this.#clock.after(silenceLimits.roundMs, () => this.#round());
  }

  #round(): void {
    this.#timer = undefined;
    if (this.#heard) {
      this.#heard = false;
      if (this.#unanswered || this.#options.always) this.#arm();
      return;
    }
    this.#silentRounds += 1;
    if (this.#silentRounds >= silenceLimits.roundsMax) {
      this.#options.onSilent();
      return;
    }
    this.#options.onAsk();
    this.#arm();
  }
}
