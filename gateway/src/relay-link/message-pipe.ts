/**
 * Messages over a link's frames (step 6 of a message's way). Each lane is a stream of its own: a
 * frame is one header byte (lane; 4 when it ends its message) and a part of one message, and the
 * next frame always comes from the lowest lane that has something. So an urgent message waits for
 * one frame of anything else. It never holds more than one unfinished message of a lane.
 */
import { concat, type Lane, type Link, lanes } from '@muster/core';
import { messageLimits, windowLimits } from './limits.ts';

const endFlag = 4;
const headerBytes = 1;

/** A message, or what makes it once its turn has come; undefined is left out. */
export type Queued = Uint8Array | (() => Uint8Array | undefined);

export interface PipeEvents {
  /** The array is the receiver's own. */
  onMessage(message: Uint8Array): void;
  /** Once, for every cause, its own `close` too. */
  onClose(reason: string): void;
}

export class MessagePipe {
  readonly #link: Link;
  readonly #events: PipeEvents;
  readonly #queues: Queued[][] = lanes.map(() => []);
  /** Of each lane, what is left of the message under way. */
  readonly #rests: (Uint8Array | undefined)[] = lanes.map(() => undefined);
  readonly #parts: Uint8Array[][] = lanes.map(() => []);
  readonly #partBytes: number[] = lanes.map(() => 0);
  #writable = true;
  #flushing = false;
  #closed = false;

  constructor(link: Link, events: PipeEvents) {
    this.#link = link;
    this.#events = events;
  }

  start(): void {
    this.#link.start({
      onFrame: (frame) => this.#onFrame(frame),
      onDrain: () => {
        this.#writable = true;
        this.#flush();
      },
      onClose: (reason) => this.#finish(reason),
    });
  }

  send(lane: Lane, message: Queued): void {
    if (this.#closed) return;
    const queue = this.#queues[lane]!;
    if (queue.length >= windowLimits.queuedMessagesMax) {
      this.close('not-reading');
      return;
    }
    queue.push(message);
    this.#flush();
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.#link.close(reason);
    this.#finish(reason);
  }

  /** Making a message may send others: they wait, or two messages of a lane would be mixed. */
  #flush(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    while (this.#writable && !this.#closed) {
      const frame = this.#nextFrame();
      if (!frame) break;
      this.#writable = this.#link.send(frame);
    }
    this.#flushing = false;
  }

  #nextFrame(): Uint8Array | undefined {
    const bodyBytesMax = this.#link.maxFrameBytes - headerBytes;
    for (const lane of lanes) {
      const message = this.#rests[lane] ?? this.#nextMessage(lane);
      if (!message) continue;
      const ends = message.length <= bodyBytesMax;
      const body = ends ? message : message.subarray(0, bodyBytesMax);
      this.#rests[lane] = ends ? undefined : message.subarray(bodyBytesMax);
      return concat(Uint8Array.of(ends ? lane | endFlag : lane), body);
    }
    return undefined;
  }

  #nextMessage(lane: Lane): Uint8Array | undefined {
    const queue = this.#queues[lane]!;
    while (queue.length > 0) {
      const next = queue.shift()!;
      const message = typeof next === 'function' ? next() : next;
      if (message) return message;
    }
    return undefined;
  }

  #onFrame(frame: Uint8Array): void {
    if (this.#closed) return;
    const header = frame[0]!;
    const lane = header & ~endFlag;
    const body = frame.subarray(headerBytes);
    const bytes = body.length + (this.#partBytes[lane] ?? 0);
    const parts = this.#parts[lane];
    const fits = bytes <= messageLimits.messageBytesMax;
    if (!parts || parts.length >= messageLimits.partsMax || body.length === 0 || !fits) {
      this.close('malformed');
      return;
    }
    parts.push(body);
    this.#partBytes[lane] = bytes;
    if ((header & endFlag) === 0) return;
    const message = parts.length === 1 ? body : concat(...parts);
    this.#parts[lane] = [];
    this.#partBytes[lane] = 0;
    this.#events.onMessage(message);
  }

  #finish(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const queue of this.#queues) queue.length = 0;
    this.#events.onClose(reason);
  }
}
