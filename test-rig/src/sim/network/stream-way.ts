/**
 * One way of a stream over a line: the frames on their way, in order, with a window (step 4 of a
 * message's way). One timer waits for the frame that arrives next, none when nothing is on the way.
 * It never calls anybody from within `send`, `finish` or `reset`.
 */

import type { Timer } from '@muster/core';
import type { FakeClock, SeededRandom } from '@muster/core/testing';
import { type LineWay, retransmitDelayMs } from './line-way.ts';
import { type MangleKind, Mangler } from './mangler.ts';

/** What an end of a way is told, at either of the two. */
export interface StreamWayEnd {
  /** Whether frames are taken now; until then they wait. */
  takes(): boolean;
  deliver(frame: Uint8Array): void;
  /** The sender closed and all that it sent before has arrived, or it says that it is gone. */
  ended(how: 'closed-by-peer' | 'reset'): void;
  /** There is room again. */
  drained(): void;
}

export interface StreamWayOptions {
  readonly clock: FakeClock;
  readonly way: LineWay;
  /** The other way of the line: acknowledgements come over it. */
  readonly back: LineWay;
  readonly from: StreamWayEnd;
  readonly to: StreamWayEnd;
  readonly mangling: SeededRandom;
  readonly onMangled: (kind: MangleKind) => void;
}

interface Item {
  readonly what: Uint8Array | 'closed-by-peer' | 'reset';
  readonly sentMs: number;
  arrivesMs: number;
}

/** Delivered items are dropped from the front of the queue by this many at once. */
const compactItems = 1024;

export class StreamWay {
  readonly #options: StreamWayOptions;
  readonly #mangler: Mangler;
  #queue: Item[] = [];
  #head = 0;
  #queuedBytes = 0;
  /** Delivered while no acknowledgement could come back. */
  #unackedBytes = 0;
  #lastArrivalMs = 0;
  #isFull = false;
  #timer: Timer | undefined;

  constructor(options: StreamWayOptions) {
    this.#options = options;
    this.#mangler = new Mangler(options.mangling, options.onMangled);
  }

  /** The sender's word that it is gone is on its way. */
  get isEnding(): boolean {
    return typeof this.#queue.at(-1)?.what === 'string';
  }

  /** Something was sent and has not arrived, or is not known to have. */
  get isWaiting(): boolean {
    return this.#head < this.#queue.length || this.#unackedBytes > 0;
  }

  /** Takes a frame; false when the window is full. */
  send(frame: Uint8Array): boolean {
    const { way } = this.#options;
    way.counts.framesSent += 1;
    way.counts.bytesSent += frame.length;
    if (way.mangleShare === 0 && !this.#mangler.isHolding) this.#push(frame);
    else for (const sent of this.#mangler.mangle(frame, way.mangleShare)) this.#push(sent);
    if (this.#usedBytes >= way.windowBytes) this.#isFull = true;
    return !this.#isFull;
  }

  /** The sender closes: the receiver learns it behind all that was sent. */
  finish(): void {
    this.release();
    this.#push('closed-by-peer');
  }

  /** The sender gave up: nothing of what it sent is sent again, and this goes out just once. */
  reset(): void {
    this.clear();
    if (!this.#options.way.isBlocked) this.#push('reset');
  }

  /** Mangling is over: a frame that waited for a next one goes. */
  release(): void {
    for (const frame of this.#mangler.release()) this.#push(frame);
  }

  /** Everything on the way is lost. */
  clear(): void {
    this.#stop();
    this.#queue = [];
    this.#head = 0;
    this.#queuedBytes = 0;
    this.#unackedBytes = 0;
    this.#mangler.release();
  }

  /** The way was blocked: what is on it has to be sent again; nobody does that for a reset. */
  block(): void {
    this.#stop();
    if (this.#queue.at(-1)?.what === 'reset') this.clear();
  }

  /** The way was clogged. */
  clog(): void {
    this.#stop();
  }

  /** The block is over: with the next try of the oldest frame all that waits is sent again. */
  unblock(): void {
    const { clock, way } = this.#options;
    const oldest = this.#queue[this.#head];
    if (oldest === undefined) return;
    const nowMs = clock.monotonicMs();
    let triedMs = oldest.sentMs;
    let tries = 0;
    while (triedMs < nowMs) {
      triedMs += retransmitDelayMs(tries);
      tries += 1;
    }
    way.countBlocked(tries, bytesOf(oldest));
    const waitMs = triedMs - nowMs;
    this.#lastArrivalMs = 0;
    for (const item of this.#queue.slice(this.#head)) this.#carry(item, waitMs);
    this.schedule();
  }

  /** Both ways of the line are open again. */
  reopen(): void {
    this.#unackedBytes = 0;
    this.schedule();
    if (this.#isFull) this.#options.clock.after(0, () => this.#drain());
  }

  /** Called when something may arrive: after a send, and when the receiver became ready. */
  schedule(): void {
    const { clock, way, to } = this.#options;
    const next = this.#queue[this.#head];
    if (this.#timer !== undefined || next === undefined) return;
    if (!way.isOpen || !to.takes()) return;
    this.#timer = clock.after(next.arrivesMs - clock.monotonicMs(), this.#arrive);
  }

  get #usedBytes(): number {
    return this.#queuedBytes + this.#unackedBytes;
  }

  #push(what: Item['what']): void {
    const { clock, way } = this.#options;
    const item = { what, sentMs: clock.monotonicMs(), arrivesMs: 0 };
    this.#queue.push(item);
    this.#queuedBytes += bytesOf(item);
    // In a block it is sent in vain, and again afterwards.
    if (!way.isBlocked) this.#carry(item, 0);
    this.schedule();
  }

  #carry(item: Item, waitMs: number): void {
    const arrivesMs = this.#options.way.carry(bytesOf(item)) + waitMs;
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, arrivesMs);
    item.arrivesMs = this.#lastArrivalMs;
  }

  readonly #arrive = (): void => {
    const { clock, way, back, to } = this.#options;
    this.#timer = undefined;
    const nowMs = clock.monotonicMs();
    while (way.isOpen && to.takes()) {
      const item = this.#queue[this.#head];
      if (item === undefined || item.arrivesMs > nowMs) break;
      this.#head += 1;
      this.#queuedBytes -= bytesOf(item);
      if (!back.isOpen) this.#unackedBytes += bytesOf(item);
      if (typeof item.what === 'string') to.ended(item.what);
      else to.deliver(item.what);
    }
    if (this.#head >= compactItems || this.#head === this.#queue.length) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    this.schedule();
    this.#drain();
  };

  #drain(): void {
    if (!this.#isFull || this.#usedBytes > this.#options.way.windowBytes / 2) return;
    this.#isFull = false;
    this.#options.from.drained();
  }

  #stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}

function bytesOf({ what }: Item): number {
  return typeof what === 'string' ? 0 : what.length;
}
