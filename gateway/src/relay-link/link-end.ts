/**
 * One end of a relay link, be it the gateway's or the relay's (step 6 of a message's way): messages
 * in and out, a budget of questions, and bundles both ways. What the other end says is decoded
 * strictly, and what is malformed or too much ends the link; the rest is the session's matter.
 */
import type { CarriedBundle, Clock, Lane, Link } from '@muster/core';
import { BundleSender } from './bundle-sender.ts';
import { BundleTaker, type TakeAnswer } from './bundle-taker.ts';
import { decodeMessage } from './decode-message.ts';
import { encodeMessage } from './encode-message.ts';
import { type ByeReason, MessageType, type OfferState, type RelayMessage } from './message.ts';
import { MessagePipe } from './message-pipe.ts';
import { QuestionBudget } from './question-budget.ts';

export interface LinkEndOptions {
  readonly clock: Clock;
  /** False for what has no place now. */
  onMessage(message: RelayMessage): boolean;
  /** Once, whatever closed it. */
  onClose(reason: string): void;
  /** Whether a bundle that is offered shall come. */
  decide(id: Uint8Array, lane: Lane): OfferState;
  /** Answers once. */
  take(bundle: CarriedBundle, id: Uint8Array, onAnswer: (answer: TakeAnswer) => void): void;
}

export class LinkEnd {
  readonly sender: BundleSender;
  readonly #options: LinkEndOptions;
  readonly #pipe: MessagePipe;
  readonly #taker: BundleTaker;
  readonly #budget: QuestionBudget;

  constructor(link: Link, options: LinkEndOptions) {
    const { clock } = options;
    this.#options = options;
    this.#pipe = new MessagePipe(link, {
      onMessage: (message) => this.#onBytes(message),
      onClose: (reason) => options.onClose(reason),
    });
    this.#budget = new QuestionBudget(clock);
    this.sender = new BundleSender(this.#pipe, clock);
    this.#taker = new BundleTaker({
      ...{ pipe: this.#pipe, clock },
      decide: (id, lane) => options.decide(id, lane),
      take: (bundle, id, onAnswer) => options.take(bundle, id, onAnswer),
    });
  }

  start(): void {
    this.#pipe.start();
  }

  send(message: RelayMessage): void {
    this.#pipe.send(0, encodeMessage(message));
  }

  /** Says why, and closes. */
  bye(reason: ByeReason): void {
    this.send({ type: MessageType.bye, reason });
    this.#pipe.close(reason);
  }

  /** The other end said bye. */
  close(reason: string): void {
    this.#pipe.close(reason);
  }

  /** No bundles any more; whoever waits for an answer is told so. */
  stop(): void {
    this.#taker.stop();
    this.sender.end();
  }

  /** Bundles on their way in or out; false for any other message, and for one out of place. */
  onBundleMessage(message: RelayMessage): boolean {
    switch (message.type) {
      case MessageType.offer:
        return this.#taker.onOffer(message);
      case MessageType.bundle:
        return this.#taker.onBundle(message);
      case MessageType.withdrawn:
        return this.#taker.onWithdrawn(message);
      case MessageType.states:
        return this.sender.onStates(message);
      case MessageType.settled:
        return this.sender.onSettled(message);
      default:
        return false;
    }
  }

  #onBytes(bytes: Uint8Array): void {
    const message = decodeMessage(bytes);
    if (!message) this.bye('malformed');
    else if (!this.#budget.allows(message) || !this.#options.onMessage(message)) {
      this.bye('misbehaving');
    }
  }
}
