/**
 * Takes the bundles that the other side of a relay link offers (step 6 of a message's way): says
 * which to send, hands those on, and answers each once it is on disk here. Both ends use it. Only
 * what was asked for is taken, and never more at once than the window.
 */
import { type CarriedBundle, type Lane, lanes, type PutAnswer, retryLater } from '@muster/core';
import { encodeMessage } from './encode-message.ts';
import { windowLimits } from './limits.ts';
import { type MessageOf, MessageType, OfferState, Outcome } from './message.ts';
import type { MessagePipe } from './message-pipe.ts';

/** Like PutAnswer, with words of the relay's own beside the core's reasons. */
export type TakeAnswer =
  | Pick<PutAnswer & { ok: true }, 'ok'>
  | { readonly ok: false; readonly outcome: Outcome; readonly reason: string };

export interface TakerOptions {
  readonly pipe: Pick<MessagePipe, 'send'>;
  decide(id: Uint8Array, lane: Lane): OfferState;
  /** Answers once. */
  take(bundle: CarriedBundle, id: Uint8Array, onAnswer: (answer: TakeAnswer) => void): void;
}

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
  /** Asked for and not settled. */
  readonly #openOfLane: number[] = lanes.map(() => 0);
  #next = 0;

  constructor(options: TakerOptions) {
    this.#options = options;
  }

  /** False for an offer out of turn, or beyond the window. */
  onOffer({ first, lane, ids }: MessageOf<typeof MessageType.offer>): boolean {
    if (first < this.#next) return false;
    this.#next = first + ids.length;
    const states = Uint8Array.from(ids, (id) => this.#options.decide(id, lane));
    for (const [i, id] of ids.entries()) {
      if (states[i] !== OfferState.send) continue;
      this.#expected.set(first + i, { id, lane });
      this.#openOfLane[lane]! += 1;
    }
    if (this.#openOfLane[lane]! > windowLimits.unsettledPerLaneMax) return false;
    this.#options.pipe.send(0, encodeMessage({ type: MessageType.states, first, states }));
    return true;
  }

  /** False for a bundle that was not asked for. */
  onBundle({ number, bundle }: MessageOf<typeof MessageType.bundle>): boolean {
    const expected = this.#expected.get(number);
    if (!expected) return false;
    this.#expected.delete(number);
    this.#options.take(bundle, expected.id, (answer) => {
      this.#openOfLane[expected.lane]! -= 1;
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
