/**
 * Notices that a neighbour has fallen silent. A timer runs only while something was sent and
 * nothing was heard since (or always, on media without a kernel that asks), so an idle link costs
 * nothing. Step 4 of a message's way; it sends nothing itself.
 */
import type { Clock, Timer } from '@muster/core';
import { type SilenceLimits, silenceLimits } from './constants.ts';

export interface SilenceWatchOptions {
  readonly limits: SilenceLimits;
  /** Ask also when nothing was sent. */
  readonly always: boolean;
  readonly onAsk: () => void;
  /** `isDoubtful` has changed. */
  readonly onDoubt: () => void;
  readonly onSilent: () => void;
}

export class SilenceWatch {
  readonly #clock: Clock;
  readonly #options: SilenceWatchOptions;
  #timer: Timer | undefined;
  #heard = false;
  #unanswered = false;
  #silentRounds = 0;
  #isDoubtful = false;
  #proof: { readonly promise: Promise<boolean>; settle(alive: boolean): void } | undefined;
  #stopped = false;

  constructor(clock: Clock, options: SilenceWatchOptions) {
    this.#clock = clock;
    this.#options = options;
    if (options.always) this.#arm();
  }

  /** It was asked, had its time, and nothing was heard since. */
  get isDoubtful(): boolean {
    return this.#isDoubtful;
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
    this.#proof?.settle(true);
    if (this.#isDoubtful) this.#doubt(false);
  }

  /** Asks now: true as soon as anything is heard, false after `proveMs` or when stopped. */
  prove(): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    if (this.#proof !== undefined) return this.#proof.promise;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const settle = (alive: boolean): void => {
      this.#proof = undefined;
      timer.cancel();
      resolve(alive);
    };
    const timer = this.#clock.after(silenceLimits.proveMs, () => {
      settle(false);
      this.#failed();
    });
    this.#proof = { promise, settle };
    this.#options.onAsk();
    return promise;
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#proof?.settle(false);
  }

  /** From now on it is asked like one that was sent something, until it answers or is dead. */
  #failed(): void {
    this.sent();
    this.#silentRounds = Math.max(this.#silentRounds, this.#options.limits.doubtRounds);
    if (!this.#isDoubtful) this.#doubt(true);
  }

  #arm(): void {
    if (this.#stopped) return;
    this.#timer = this.#clock.after(this.#options.limits.roundMs, () => this.#round());
  }

  #round(): void {
    this.#timer = undefined;
    if (this.#heard) {
      this.#heard = false;
      if (this.#unanswered || this.#options.always) this.#arm();
      return;
    }
    const { doubtRounds, roundsMax } = this.#options.limits;
    this.#silentRounds += 1;
    if (this.#silentRounds >= roundsMax) {
      this.#options.onSilent();
      return;
    }
    this.#options.onAsk();
    this.#arm();
    if (this.#silentRounds >= doubtRounds && !this.#isDoubtful) this.#doubt(true);
  }

  #doubt(isDoubtful: boolean): void {
    this.#isDoubtful = isDoubtful;
    this.#options.onDoubt();
  }
}
