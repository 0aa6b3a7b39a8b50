/**
 * Tells whoever shows it that something has changed: who is near, links, adapters. Changes are
 * gathered for a moment, and that somebody has gone is noticed by time alone. No step.
 */
import { type Clock, type ProximityBook, type Timer, toHex } from '@muster/core';
import { tellTimes } from './limits.ts';

export class Teller {
  readonly #clock: Clock;
  readonly #book: ProximityBook;
  readonly #tell: () => void;
  #gathering: Timer | undefined;
  #sweep: Timer | undefined;
  #told = '';
  #isStopped = false;

  constructor(clock: Clock, book: ProximityBook, tell: () => void) {
    this.#clock = clock;
    this.#book = book;
    this.#tell = tell;
  }

  start(): void {
    if (this.#isStopped) return;
    this.#sweep = this.#clock.after(tellTimes.sweepMs, () => {
      if (this.#levels() !== this.#told) this.changed();
      this.start();
    });
  }

  changed(): void {
    if (this.#isStopped) return;
    this.#gathering ??= this.#clock.after(tellTimes.gatherMs, () => {
      this.#gathering = undefined;
      this.#told = this.#levels();
      this.#tell();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#gathering?.cancel();
    this.#sweep?.cancel();
  }

  #levels(): string {
    const list = this.#book.list(this.#clock.monotonicMs());
    return list
      .map(({ kind, id, level }) => `${kind} ${toHex(id)} ${level}`)
      .toSorted()
      .join();
  }
}
