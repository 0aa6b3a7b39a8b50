/**
 * Hands messages on in their order, also to those who await answers: what follows an answer waits
 * until everybody whom the answer let go on has done so. Else a signal of now would be heard before
 * the older state that was asked for, and be overwritten by it. Below step 4 of a message's way.
 */
import { MessageKind, type ReceivedMessage } from './message.ts';

export class MessageOrder {
  readonly #handle: (message: ReceivedMessage) => void;
  /** No more than came in one piece: the next piece comes after all of this. */
  #waiting: ReceivedMessage[] = [];
  #isHeld = false;

  constructor(handle: (message: ReceivedMessage) => void) {
    this.#handle = handle;
  }

  push(message: ReceivedMessage): void {
    this.#waiting.push(message);
    if (!this.#isHeld) this.#go();
  }

  /** Nothing more is handed on. */
  stop(): void {
    this.#waiting = [];
  }

  #go(): void {
    for (;;) {
      const message = this.#waiting.shift();
      if (message === undefined) return;
      this.#handle(message);
      const { kind } = message;
      if (kind !== MessageKind.reply && kind !== MessageKind.error) continue;
      this.#isHeld = true;
      // Behind all microtasks, those included that they make in turn.
      queueMicrotask(() => process.nextTick(() => this.#goOn()));
      return;
    }
  }

  #goOn(): void {
    this.#isHeld = false;
    this.#go();
  }
}
