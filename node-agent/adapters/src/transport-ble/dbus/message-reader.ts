/**
 * Cuts the stream of the bus into messages. Below step 4 of a message's way. Never keeps more than
 * one message within our bound; the body of a longer one is passed over (see limits.ts).
 */
import { dbusLimits } from './limits.ts';
import {
  headBytes,
  type MessageFault,
  type MessageHead,
  type ReceivedMessage,
  readHead,
  readMessage,
} from './message.ts';

export class MessageReader {
  readonly #onMessage: (message: ReceivedMessage) => void;
  /** A message that has begun, as long as it is known to be so far. */
  #held: Buffer | undefined;
  #heldBytes = 0;
  #skipBytes = 0;
  #isStopped = false;

  constructor(onMessage: (message: ReceivedMessage) => void) {
    this.#onMessage = onMessage;
  }

  /** Nothing more is handed out. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Undefined when all is well; after a fault nothing more is read. */
  push(chunk: Buffer): MessageFault | undefined {
    let rest = chunk;
    while (rest.length > 0 && !this.#isStopped) {
      const taken = this.#take(rest);
      if (typeof taken === 'string') {
        this.stop();
        return taken;
      }
      rest = rest.subarray(taken);
    }
    return undefined;
  }

  /** The bytes used. */
  #take(rest: Buffer): number | MessageFault {
    if (this.#skipBytes > 0) return this.#skip(rest);
    if (this.#held !== undefined) return this.#fill(this.#held, rest);
    return rest.length < headBytes ? this.#hold(headBytes, rest) : this.#read(rest);
  }

  #skip(rest: Buffer): number {
    const bytes = Math.min(this.#skipBytes, rest.length);
    this.#skipBytes -= bytes;
    return bytes;
  }

  #hold(bytes: number, begun: Buffer): number {
    this.#held = Buffer.allocUnsafe(bytes);
    this.#held.set(begun);
    this.#heldBytes = begun.length;
    return begun.length;
  }

  #fill(held: Buffer, rest: Buffer): number | MessageFault {
    const bytes = Math.min(held.length - this.#heldBytes, rest.length);
    held.set(rest.subarray(0, bytes), this.#heldBytes);
    this.#heldBytes += bytes;
    if (this.#heldBytes < held.length) return bytes;
    this.#held = undefined;
    const read = this.#read(held);
    return typeof read === 'string' ? read : bytes;
  }

  /** The bytes used: those of a message, or all where more of it has to come. */
  #read(bytes: Buffer): number | MessageFault {
    const head = readHead(bytes);
    if (head === undefined) return 'head';
    const whole = wantedBytes(head);
    if (typeof whole === 'string') return whole;
    if (bytes.length < whole) return this.#hold(whole, bytes);
    const message = readMessage(bytes.subarray(0, whole), head);
    if (!message.ok) return message.reason;
    this.#skipBytes = head.bodyStart + head.bodyBytes - whole;
    this.#onMessage(message.value);
    return whole;
  }
}

/** Of a message that is kept, or of its header if its body is not. */
function wantedBytes({ bodyStart, bodyBytes }: MessageHead): number | MessageFault {
  if (bodyStart > dbusLimits.headerBytesMax) return 'too-long';
  if (bodyStart + bodyBytes > dbusLimits.specMessageBytesMax) return 'too-long';
  return bodyStart + bodyBytes > dbusLimits.messageBytesMax ? bodyStart : bodyStart + bodyBytes;
}
