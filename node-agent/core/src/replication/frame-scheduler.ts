/**
 * Decides which frame goes next over one link (step 4 of a message's way): always of the first
 * stream that has something to send, so urgent passes a long bulk message at the next frame. A lone
 * message goes at once; what comes in the same instant waits for its end and shares frames.
 */
import type { Clock, Timer } from '../ports/clock.ts';
import type { Link } from '../ports/link.ts';
import { frameBytesFor, streamCount } from './frame.ts';
import { StreamSource } from './stream-source.ts';

export class FrameScheduler {
  framesSent = 0;
  bytesSent = 0;
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #frameBytesMax: number;
  readonly #sources: readonly StreamSource[];
  #writable = true;
  #stopped = false;
  #pumping = false;
  /** Set while the instant of the last frame lasts. */
  #instant: Timer | undefined;
  #more = false;

  /** `pull` gives the next message of a stream, undefined when it has none now. */
  constructor(link: Link, clock: Clock, pull: (stream: number) => Uint8Array | undefined) {
    this.#link = link;
    this.#clock = clock;
    this.#frameBytesMax = frameBytesFor(link.maxFrameBytes);
    this.#sources = Array.from(
      { length: streamCount },
      (_, stream) => new StreamSource(stream, () => pull(stream)),
    );
  }

  /** Something waits. `atOnce` does not wait for the instant to end. */
  wake(atOnce = false): void {
    if (this.#instant !== undefined && !atOnce) this.#more = true;
    else this.#pump();
  }

  onDrain(): void {
    this.#writable = true;
    this.#pump();
  }

  stop(): void {
    this.#stopped = true;
    this.#instant?.cancel();
  }

  /** Bytes of a stream that were pulled and wait inside a message under way. */
  waitingBytes(stream: number): number {
    return this.#sources[stream]!.waitingBytes;
  }

  #pump(): void {
    // Pulling a message may wake us again; the loop below sees what that was about.
    if (this.#pumping) return;
    this.#pumping = true;
    let sent = false;
    while (this.#writable && !this.#stopped) {
      const frame = this.#nextFrame();
      if (frame === undefined) break;
      this.framesSent += 1;
      this.bytesSent += frame.length;
      sent = true;
      // Should there be room again before `send` returns, that must not be lost.
      this.#writable = false;
      if (this.#link.send(frame)) this.#writable = true;
    }
    this.#pumping = false;
    if (sent && this.#instant === undefined && !this.#stopped) this.#holdInstant();
  }

  #nextFrame(): Uint8Array | undefined {
    for (const source of this.#sources) {
      const frame = source.next(this.#frameBytesMax);
      if (frame !== undefined) return frame;
    }
    return undefined;
  }

  #holdInstant(): void {
    this.#instant = this.#clock.after(0, () => {
      this.#instant = undefined;
      if (!this.#more) return;
      this.#more = false;
      this.#pump();
    });
  }
}
