/**
 * One way of an in-memory wire: a queue of frames with delay, jitter, bandwidth and a window, in
 * virtual time. Step 4 of a message's way runs over two of them in tests. Frames stay in order and
 * whole unless a test corrupts one; it never calls anybody from within `send`.
 */
import type { Clock, Timer } from '../ports/clock.ts';
import { fraction, type SeededRandom } from './seeded-random.ts';

/** How a wire behaves; both ways start alike and can be changed one by one while it runs. */
export interface WireShape {
  /** Propagation, milliseconds. */
  readonly delayMs: number;
  /** Added to the delay, evenly from 0 to this; frames still arrive in order. */
  readonly jitterMs: number;
  readonly bytesPerSecond: number;
  /** Bytes sent and not yet delivered at which `send` answers false; room again at half of it. */
  readonly windowBytes: number;
}

/** What the two ends of a way are told. `open` false: frames are lost, not kept. */
export interface WireEnds {
  /** False while the receiver has not started; frames wait for it. */
  ready(): boolean;
  deliver(frame: Uint8Array): void;
  /** The sender closed, and all that it sent before has arrived. */
  finished(): void;
  drained(): void;
}

interface Item {
  /** Undefined: the sender's end of stream. */
  readonly frame: Uint8Array | undefined;
  readonly arrivesMs: number;
}

/** Delivered items are dropped from the front of the queue by this many at once. */
const compactItems = 1024;

export class WireWay {
  shape: WireShape;
  /** Frames and bytes handed in and handed out so far. */
  readonly counts = { framesSent: 0, bytesSent: 0, framesDelivered: 0, bytesDelivered: 0 };
  readonly #clock: Clock;
  readonly #random: SeededRandom;
  readonly #ends: WireEnds;
  #queue: Item[] = [];
  #head = 0;
  #pendingBytes = 0;
  #lineFreeMs = 0;
  #lastArrivalMs = 0;
  #corruptNext = false;
  #paused = false;
  #full = false;
  #timer: Timer | undefined;

  constructor(clock: Clock, random: SeededRandom, options: { shape: WireShape; ends: WireEnds }) {
    this.#clock = clock;
    this.#random = random;
    this.shape = options.shape;
    this.#ends = options.ends;
  }

  /** Takes a frame; false when the window is full. */
  send(frame: Uint8Array): boolean {
    this.counts.framesSent += 1;
    this.counts.bytesSent += frame.length;
    this.#push(this.#corruptNext ? this.#flipBit(frame) : frame);
    if (this.#pendingBytes >= this.shape.windowBytes) this.#full = true;
    return !this.#full;
  }

  /** The sender closes: `finished` follows behind what was sent. */
  end(): void {
    this.#push(undefined);
  }

  /** Nothing moves until `resume`; what is on the way waits. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.schedule();
  }

  /** One bit of the next frame sent is flipped on the way. */
  corruptNext(): void {
    this.#corruptNext = true;
  }

  /** A frame that nobody sent arrives next in order. */
  inject(frame: Uint8Array): void {
    this.#push(frame);
  }

  /** Everything on the way is lost and nothing is delivered any more. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#queue = [];
    this.#head = 0;
    this.#pendingBytes = 0;
  }

  /** Called when the receiver became ready. */
  schedule(): void {
    const next = this.#queue[this.#head];
    if (this.#timer !== undefined || next === undefined) return;
    if (this.#paused || !this.#ends.ready()) return;
    const delayMs = Math.max(0, next.arrivesMs - this.#clock.monotonicMs());
    this.#timer = this.#clock.after(delayMs, () => this.#arrive());
  }

  #push(frame: Uint8Array | undefined): void {
    const { delayMs, jitterMs, bytesPerSecond } = this.shape;
    const bytes = frame?.length ?? 0;
    const startMs = Math.max(this.#clock.monotonicMs(), this.#lineFreeMs);
    this.#lineFreeMs = startMs + (bytes * 1000) / bytesPerSecond;
    const jitter = jitterMs === 0 ? 0 : jitterMs * fraction(this.#random);
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, this.#lineFreeMs + delayMs + jitter);
    this.#queue.push({ frame, arrivesMs: this.#lastArrivalMs });
    this.#pendingBytes += bytes;
    this.schedule();
  }

  #arrive(): void {
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    while (!this.#paused && this.#ends.ready()) {
      const item = this.#queue[this.#head];
      if (item === undefined || item.arrivesMs > nowMs) break;
      this.#head += 1;
      this.#deliver(item.frame);
    }
    if (this.#head >= compactItems || this.#head === this.#queue.length) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    this.schedule();
    if (this.#full && this.#pendingBytes <= this.shape.windowBytes / 2) {
      this.#full = false;
      this.#ends.drained();
    }
  }

  #deliver(frame: Uint8Array | undefined): void {
    if (frame === undefined) {
      this.#ends.finished();
      return;
    }
    this.#pendingBytes -= frame.length;
    this.counts.framesDelivered += 1;
    this.counts.bytesDelivered += frame.length;
    this.#ends.deliver(frame);
  }

  #flipBit(frame: Uint8Array): Uint8Array {
    this.#corruptNext = false;
    const flipped = frame.slice();
    const bit = Math.floor(fraction(this.#random) * flipped.length * 8);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    return flipped;
  }
}
