/**
 * Questions to the node that wait for their answer, each under a reference of its own. Every one is
 * answered or given up in time, so that no button hangs; at the maximum the next is refused.
 */
import type { Clock, Timer } from '@muster/core';
import { adminLimits } from '../limits.ts';

interface Question<T> {
  /** What was asked; to be said again in a new session. */
  readonly message: object;
  readonly timer: Timer;
  answer(value: T | undefined): void;
}

export class Asked<T> {
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #waiting = new Map<string, Question<T>>();
  #next = 0;

  constructor(clock: Clock, prefix: string) {
    this.#clock = clock;
    this.#prefix = prefix;
  }

  get isFull(): boolean {
    return this.#waiting.size >= adminLimits.writesWaitingMax;
  }

  /** What is to be said again. */
  get messages(): readonly object[] {
    return [...this.#waiting.values()].map(({ message }) => message);
  }

  message(ref: string): object | undefined {
    return this.#waiting.get(ref)?.message;
  }

  /** Undefined when no answer came in time, or all was given up. */
  ask(
    make: (ref: string) => object,
    say: (message: object) => void,
    withinMs: number,
  ): Promise<T | undefined> {
    const ref = `${this.#prefix}${this.#next++}`;
    return new Promise((resolve) => {
      const message = make(ref);
      const timer = this.#clock.after(withinMs, () => this.answer(ref, undefined));
      this.#waiting.set(ref, { message, timer, answer: resolve });
      say(message);
    });
  }

  /** False when nobody asked. */
  answer(ref: string, value: T | undefined): boolean {
    const question = this.#waiting.get(ref);
    if (!question) return false;
    this.#waiting.delete(ref);
    question.timer.cancel();
    question.answer(value);
    return true;
  }

  giveUp(): void {
    for (const ref of [...this.#waiting.keys()]) this.answer(ref, undefined);
  }
}
