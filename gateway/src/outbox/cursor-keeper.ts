/**
 * Writes an outbox' cursors and letters into the store: at once after a confirmation, later when
 * they only passed what stays, and never two writes at the same time, so that a fast uplink shares
 * one sync among many confirmations. Step 6 of a message's way.
 */
import type { Clock, NodeApi, Timer } from '@muster/core';
import type { KeptValue } from './dead-letters.ts';
import { outboxLimits } from './limits.ts';

export interface CursorKeeperOptions {
  readonly node: Pick<NodeApi, 'keep'>;
  readonly clock: Clock;
  /** What is to be written now. */
  readonly values: () => readonly KeptValue[];
}

export class CursorKeeper {
  readonly #options: CursorKeeperOptions;
  #waiting: (() => void)[] = [];
  /** Values of a write that failed; later ones of the same name replace them. */
  #unwritten: readonly KeptValue[] = [];
  #isWriting = false;
  #isStopped = false;
  #timer: Timer | undefined;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(options: CursorKeeperOptions) {
    this.#options = options;
  }

  /** `onKept` is called once all up to now is on disk; not at all when that fails for good. */
  saveNow(onKept?: () => void): void {
    if (onKept) this.#waiting.push(onKept);
    // What the same instant settles goes into the same write.
    this.#writeAfter(0);
  }

  saveLater(): void {
    this.#writeAfter(outboxLimits.saveSkipsMs);
  }

  /** Hands what is left to the store. */
  stop(): void {
    this.#timer?.cancel();
    this.#isStopped = true;
    this.#options.node.keep(this.#take(), () => {});
  }

  #writeAfter(delayMs: number): void {
    const { clock } = this.#options;
    const atMs = clock.monotonicMs() + delayMs;
    if (this.#isStopped || atMs >= this.#timerMs) return;
    this.#timer?.cancel();
    this.#timerMs = atMs;
    if (this.#isWriting) return;
    this.#timer = clock.after(delayMs, () => this.#write());
  }

  #write(): void {
    this.#timerMs = Number.POSITIVE_INFINITY;
    const waiting = this.#waiting.splice(0);
    const values = this.#take();
    this.#isWriting = true;
    this.#options.node.keep(values, (ok) => {
      this.#isWriting = false;
      if (ok) for (const onKept of waiting) onKept();
      else {
        this.#unwritten = values;
        this.#waiting.unshift(...waiting);
      }
      this.#continue(ok ? 0 : outboxLimits.saveAgainMs);
    });
  }

  /** Goes on with what was asked for while it wrote. */
  #continue(delayMsMin: number): void {
    const { clock } = this.#options;
    const isAsked = this.#timerMs < Number.POSITIVE_INFINITY;
    if (!isAsked && delayMsMin === 0) return;
    const delayMs = Math.max(delayMsMin, isAsked ? this.#timerMs - clock.monotonicMs() : 0);
    this.#timerMs = Number.POSITIVE_INFINITY;
    this.#writeAfter(delayMs);
  }

  #take(): readonly KeptValue[] {
    const values = new Map([...this.#unwritten, ...this.#options.values()]);
    this.#unwritten = [];
    return [...values];
  }
}
