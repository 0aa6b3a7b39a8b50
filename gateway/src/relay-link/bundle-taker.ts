/**
 * Takes the bundles that the other side of a relay link offers (step 6 of a message's way): says
 * which to send, hands those on, and answers each once it is on disk here. Both ends use it. Only
 * what was asked for is taken, and never more at once than the window.
 */
import {
  type CarriedBundle,
  type Clock,
  type DropReason,
  forgedReasons,
  type Lane,
  lanes,
  Meter,
  type PutAnswer,
  retryLater,
  type Timer,
} from '@muster/core';
import { encodeMessage } from './encode-message.ts';
import { questionLimits, windowLimits } from './limits.ts';
import { type MessageOf, MessageType, OfferState, Outcome } from './message.ts';
import type { MessagePipe } from './message-pipe.ts';

/** Like PutAnswer, with words of the relay's own beside the core's reasons. */
export type TakeAnswer =
  | Pick<PutAnswer & { ok: true }, 'ok'>
  | { readonly ok: false; readonly outcome: Outcome; readonly reason: string };

export interface TakerOptions {
  readonly pipe: Pick<MessagePipe, 'send'>;
  readonly clock: Clock;
  decide(id: Uint8Array, lane: Lane): OfferState;
  /** Answers once. */
  take(bundle: CarriedBundle, id: Uint8Array, onAnswer: (answer: TakeAnswer) => void): void;
}

type Offer = MessageOf<typeof MessageType.offer>;

/** How often it is looked at whether an offer may be answered. */
const paceMs = 100;

interface Expected {
  readonly id: Uint8Array;
  readonly lane: Lane;
}

/** The core's answer in the words of this protocol. */
export function takeAnswerOf(answer: PutAnswer): TakeAnswer {
  if (answer.ok) return { ok: true };
  const { reason } = answer;
  const had = reason === 'seen' || reason === 'expired-known';
  const outcome = had ? Outcome.seen : retryLater.has(reason) ? Outcome.later : Outcome.refused;
  return { ok: false, outcome, reason };
}

export class BundleTaker {
  readonly #options: TakerOptions;
  readonly #expected = new Map<number, Expected>();
  /** Offered and not answered, or asked for and not settled. */
  readonly #openOfLane: number[] = lanes.map(() => 0);
  readonly #pace: Meter;
  /** Offers that wait for their answer; the window bounds them. */
  readonly #waiting: Offer[] = [];
  #timer: Timer | undefined;
  #next = 0;
  #forged = 0;

  constructor(options: TakerOptions) {
    const { offeredIdsPerMinute, offeredIdsBurst: burst } = questionLimits;
    const rate = { perSecond: offeredIdsPerMinute / 60, burst };
    this.#options = options;
    this.#pace = new Meter(rate, options.clock.monotonicMs());
  }

  /** False for an offer out of turn, or beyond the window. */
  onOffer(offer: Offer): boolean {
    const { first, lane, ids } = offer;
    if (first < this.#next) return false;
    this.#next = first + ids.length;
    this.#openOfLane[lane]! += ids.length;
    if (this.#openOfLane[lane]! > windowLimits.unsettledPerLaneMax) return false;
    this.#waiting.push(offer);
    this.#answerWaiting();
    return true;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#waiting.length = 0;
  }

  #answerWaiting(): void {
    const { clock } = this.#options;
    while (this.#waiting.length > 0 && this.#pace.isOpen(clock.monotonicMs())) {
      this.#answer(this.#waiting.shift()!);
    }
    if (this.#waiting.length === 0) return;
    this.#timer ??= clock.after(paceMs, () => {
      this.#timer = undefined;
      this.#answerWaiting();
    });
  }

  #answer({ first, lane, ids }: Offer): void {
    this.#pace.spend(ids.length, this.#options.clock.monotonicMs());
    const states = Uint8Array.from(ids, (id) => this.#options.decide(id, lane));
    for (const [i, id] of ids.entries()) {
      if (states[i] === OfferState.send) this.#expected.set(first + i, { id, lane });
      else this.#openOfLane[lane]! -= 1;
    }
    this.#options.pipe.send(0, encodeMessage({ type: MessageType.states, first, states }));
  }

  /** False for a bundle that was not asked for, or comes after too many with a wrong signature. */
  onBundle({ number, bundle }: MessageOf<typeof MessageType.bundle>): boolean {
    const expected = this.#expected.get(number);
    if (!expected || this.#forged >= questionLimits.forgedMax) return false;
    this.#expected.delete(number);
    this.#options.take(bundle, expected.id, (answer) => {
      this.#openOfLane[expected.lane]! -= 1;
      if (!answer.ok && forgedReasons.has(answer.reason as DropReason)) this.#forged += 1;
      const { outcome, reason } = answer.ok ? { outcome: Outcome.held, reason: '' } : answer;
      const settled = { type: MessageType.settled, number, outcome, reason } as const;
      this.#options.pipe.send(0, encodeMessage(settled));
    });
    return true;
  }

  onWithdrawn({ number }: MessageOf<typeof MessageType.withdrawn>): boolean {
    const expected = this.#expected.get(number);
    if (!expected) return false;
    this.#expected.delete(number);
    this.#openOfLane[expected.lane]! -= 1;
    return true;
  }
}
