/**
 * Brings bundles to the other side of a relay link (step 6 of a message's way): offers their ids,
 * sends those that are asked for, and tells what became of each, once. Both ends use it. What is
 * not asked for costs no bundle bytes, so retries and a second gateway are cheap.
 */
import { type CarriedBundle, type Clock, type Lane, lanes } from '@muster/core';
import { encodeMessage } from './encode-message.ts';
import { messageLimits, windowLimits } from './limits.ts';
import { type MessageOf, MessageType, OfferState, Outcome } from './message.ts';
import type { MessagePipe } from './message-pipe.ts';

export interface OfferedBundle {
  /** 32 bytes. */
  readonly id: Uint8Array;
  readonly lane: Lane;
  /** Called when its turn to be sent has come: age and hops as of then; undefined when gone. */
  load(): CarriedBundle | undefined;
}

export type Settlement =
  /** On the other side's disk. */
  | { readonly outcome: 'held' }
  /** The other side had it once and has it no more. */
  | { readonly outcome: 'seen' }
  /** It expired here, or went, before it could be sent. */
  | { readonly outcome: 'gone' }
  /** Not now; `reason` is one word from the other side, or why the session ended. */
  | { readonly outcome: 'later' | 'refused'; readonly reason: string };

interface Entry {
  readonly bundle: OfferedBundle;
  readonly onSettled: (settlement: Settlement) => void;
  /** When the other side was last asked or sent something; never, while this side is at it. */
  askedMs: number;
  wanted: boolean;
}

export class BundleSender {
  readonly #pipe: Pick<MessagePipe, 'send'>;
  readonly #clock: Clock;
  readonly #queues: Entry[][] = lanes.map(() => []);
  /** Offered and not settled, by number. */
  readonly #open = new Map<number, Entry>();
  readonly #openOfLane: number[] = lanes.map(() => 0);
  #next = 0;
  #flushing = false;
  #ended = false;

  constructor(pipe: Pick<MessagePipe, 'send'>, clock: Clock) {
    this.#pipe = pipe;
    this.#clock = clock;
  }

  /** Bundles that wait to be offered or settled. */
  get waiting(): number {
    return this.#open.size + this.#queues.reduce((sum, queue) => sum + queue.length, 0);
  }

  /** Since when the oldest question is unanswered; infinity for never. */
  get unansweredSinceMs(): number {
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const { askedMs } of this.#open.values()) oldestMs = Math.min(oldestMs, askedMs);
    return oldestMs;
  }

  offer(bundle: OfferedBundle, onSettled: (settlement: Settlement) => void): void {
    const queue = this.#queues[bundle.lane]!;
    if (this.#ended || queue.length >= windowLimits.queuedMax) {
      onSettled({ outcome: 'later', reason: this.#ended ? 'down' : 'busy' });
      return;
    }
    queue.push({ bundle, onSettled, askedMs: Number.POSITIVE_INFINITY, wanted: false });
    this.#flushSoon();
  }

  /** False for an answer that fits no question of ours. */
  onStates({ first, states }: MessageOf<typeof MessageType.states>): boolean {
    const entries = Array.from(states, (_, i) => this.#open.get(first + i));
    if (entries.some((entry) => entry === undefined || entry.wanted)) return false;
    for (const [i, entry] of entries.entries()) this.#onState(first + i, entry!, states[i]!);
    return true;
  }

  /** False for an answer that fits no bundle of ours. */
  onSettled({ number, outcome, reason }: MessageOf<typeof MessageType.settled>): boolean {
    if (!this.#open.get(number)?.wanted) return false;
    this.#settle(number, settlementOf(outcome, reason));
    return true;
  }

  /** The session is over: everything that waits is to be offered again on another one. */
  end(): void {
    this.#ended = true;
    const left = [...this.#open.values(), ...this.#queues.flat()];
    this.#open.clear();
    for (const queue of this.#queues) queue.length = 0;
    for (const { onSettled } of left) onSettled({ outcome: 'later', reason: 'down' });
  }

  /** Together with what else is offered in this turn. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    this.#clock.after(0, () => {
      this.#flushing = false;
      for (const lane of lanes) this.#flush(lane);
    });
  }

  #flush(lane: Lane): void {
    const queue = this.#queues[lane]!;
    for (;;) {
      const room = windowLimits.unsettledPerLaneMax - this.#openOfLane[lane]!;
      const entries = queue.splice(0, Math.min(room, messageLimits.offerIdsMax));
      if (entries.length === 0) return;
      const first = this.#next;
      this.#next += entries.length;
      this.#openOfLane[lane]! += entries.length;
      for (const [i, entry] of entries.entries()) {
        entry.askedMs = this.#clock.monotonicMs();
        this.#open.set(first + i, entry);
      }
      const ids = entries.map(({ bundle }) => bundle.id);
      this.#pipe.send(0, encodeMessage({ type: MessageType.offer, first, lane, ids }));
    }
  }

  #onState(number: number, entry: Entry, state: number): void {
    if (state === OfferState.held) this.#settle(number, { outcome: 'held' });
    else if (state === OfferState.seen) this.#settle(number, { outcome: 'seen' });
    else if (state === OfferState.later) {
      this.#settle(number, { outcome: 'later', reason: 'busy' });
    } else {
      entry.wanted = true;
      entry.askedMs = Number.POSITIVE_INFINITY;
      this.#pipe.send(entry.bundle.lane, () => this.#bundleMessage(number, entry));
    }
  }

  #bundleMessage(number: number, entry: Entry): Uint8Array | undefined {
    if (this.#open.get(number) !== entry) return undefined;
    const bundle = entry.bundle.load();
    entry.askedMs = this.#clock.monotonicMs();
    if (bundle) return encodeMessage({ type: MessageType.bundle, number, bundle });
    this.#settle(number, { outcome: 'gone' });
    return encodeMessage({ type: MessageType.withdrawn, number });
  }

  #settle(number: number, settlement: Settlement): void {
    const entry = this.#open.get(number)!;
    this.#open.delete(number);
    this.#openOfLane[entry.bundle.lane]! -= 1;
    entry.onSettled(settlement);
    this.#flushSoon();
  }
}

function settlementOf(outcome: Outcome, reason: string): Settlement {
  if (outcome === Outcome.held) return { outcome: 'held' };
  if (outcome === Outcome.seen) return { outcome: 'seen' };
  return { outcome: outcome === Outcome.later ? 'later' : 'refused', reason };
}
