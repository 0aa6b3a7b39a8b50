/**
 * Cuts the messages of one stream into frames (step 4 of a message's way). Messages are pulled from
 * their owner only when a frame has room for them, so what waits stays with the owner, who can
 * still change its mind. A message once begun is sent to its end.
 */
import { concat } from '../../bytes/concat.ts';
import { MessageWriter } from '../messages/message-writer.ts';
import { frameHeaderBytes, singleFlag } from './frame.ts';

export class StreamSource {
  readonly #stream: number;
  readonly #pull: () => Uint8Array | undefined;
  /** What is left of the message under way, its length included. */
  #rest: Uint8Array | undefined;

  /** `pull` gives the next message, undefined when there is none now. */
  constructor(stream: number, pull: () => Uint8Array | undefined) {
    this.#stream = stream;
    this.#pull = pull;
  }

  /** Bytes pulled and not sent yet. */
  get waitingBytes(): number {
    return this.#rest?.length ?? 0;
  }

  /** The next frame, as full as what waits allows; undefined when nothing waits. */
  next(frameBytesMax: number): Uint8Array | undefined {
    const room = frameBytesMax - frameHeaderBytes;
    if (this.#rest === undefined) {
      const message = this.#pull();
      if (message === undefined) return undefined;
      if (message.length <= room) {
        const second = this.#pull();
        if (second === undefined) return this.#single(message);
        this.#rest = concat(withLength(message), withLength(second));
      } else {
        this.#rest = withLength(message);
      }
    }
    return this.#fill(room);
  }

  #single(message: Uint8Array): Uint8Array {
    const frame = new Uint8Array(frameHeaderBytes + message.length);
    frame[0] = this.#stream | singleFlag;
    frame.set(message, frameHeaderBytes);
    return frame;
  }

  #fill(room: number): Uint8Array {
    const parts: Uint8Array[] = [Uint8Array.of(this.#stream)];
    let left = room;
    while (left > 0) {
      if (this.#rest === undefined) {
        const message = this.#pull();
        if (message === undefined) break;
        this.#rest = withLength(message);
      }
      const part = this.#rest.subarray(0, left);
      parts.push(part);
      left -= part.length;
      this.#rest = part.length < this.#rest.length ? this.#rest.subarray(part.length) : undefined;
    }
    return concat(...parts);
  }
}

function withLength(message: Uint8Array): Uint8Array {
  return new MessageWriter(message.length + 4).sized(message).finish();
}
