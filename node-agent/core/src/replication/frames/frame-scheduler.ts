/**
 * Decides which frame goes next over one link (step 4 of a message's way): always of the first
 * stream that has something to send, so urgent passes a long bulk message at the next frame. A lone
 * message goes at once; what comes in the same instant waits for its end and shares frames. Only
 * lanes that were woken are asked, until they have nothing more.
 */
import type { Lane } from '../../bundle/bundle.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Link } from '../../ports/link.ts';
import { backlogStream, frameBytesFor, liveStream, streamCount } from './frame.ts';
import { StreamSource } from './stream-source.ts';

export class FrameScheduler {
  framesSent = 0;
  bytesSent = 0;
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #frameBytesMax: number;
  readonly #sources: readonly StreamSource[];
  /** Streams that may have something, a bit for each. */
  #awake = 0;
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

  /** Something waits in a lane. `atOnce` does not wait for the instant to end. */
  wake(lane: Lane, atOnce = false): void {
    this.#awake |= (1 << liveStream(lane)) | (1 << backlogStream(lane));
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
    for (let stream = 0; this.#awake >> stream !== 0; stream++) {
      const bit = 1 << stream;
      if ((this.#awake & bit) === 0) continue;
      // Before it is asked: it may be woken while it is.
      this.#awake &= ~bit;
      const frame = this.#sources[stream]!.next(this.#frameBytesMax);
      if (frame === undefined) continue;
      this.#awake |= bit;
      return frame;
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
