/**
 * Cuts a client's bytes into packets by the fixed header (MQTT 3.1.1, 2.2), before any parser sees
 * them. Never buffers a packet whose declared length is over the cap, and grows its buffer only as
 * bytes really come.
 */
import type { GateFault } from './fault.ts';

/** One whole packet: its body is `bytes` from `start` to `end`. Valid until the next `push`. */
export interface Frame {
  /** Packet type 1 to 14. */
  readonly type: number;
  /** The low four bits of the first byte. */
  readonly flags: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const empty = Buffer.alloc(0);
/** Flags that each packet type demands; PUBLISH (3) has its own meaning for them. */
const demandedFlags = [-1, 0, 0, -1, 0, 0, 2, 0, 2, 0, 2, 0, 0, 0, 0, -1];
const publishType = 3;

export class Inbox {
  #bytes: Buffer = empty;
  #start = 0;
  #end = 0;
  /** Whether the buffer is ours to write to; a chunk of the socket is only read. */
  #own = false;

  get waitingBytes(): number {
    return this.#end - this.#start;
  }

  push(chunk: Buffer): void {
    const waiting = this.waitingBytes;
    if (waiting === 0) {
      this.#bytes = chunk;
      this.#start = 0;
      this.#end = chunk.length;
      this.#own = false;
      return;
    }
    if (!this.#own || this.#end + chunk.length > this.#bytes.length) {
      // Twice the need, so that a packet that dribbles in is not copied at every byte.
      const larger = Buffer.allocUnsafeSlow(2 * (waiting + chunk.length));
      this.#bytes.copy(larger, 0, this.#start, this.#end);
      this.#bytes = larger;
      this.#start = 0;
      this.#end = waiting;
      this.#own = true;
    }
    chunk.copy(this.#bytes, this.#end);
    this.#end += chunk.length;
  }

  /** The next packet; undefined while it is not whole; a fault as soon as its header shows one. */
  next(lengthMax: number): Frame | GateFault | undefined {
    const bytes = this.#bytes;
    if (this.#start === this.#end) {
      // An idle client holds no memory here.
      this.#bytes = empty;
      this.#start = 0;
      this.#end = 0;
      return undefined;
    }
    const first = bytes[this.#start]!;
    const type = first >> 4;
    const flags = first & 15;
    const demanded = demandedFlags[type];
    if (type === 0 || type === 15) return 'type';
    if (type !== publishType && flags !== demanded) return 'flags';
    let length = 0;
    let at = this.#start + 1;
    for (let shift = 0; ; shift += 7) {
      if (shift > 21) return 'length';
      if (at === this.#end) return undefined;
      const byte = bytes[at]!;
      at += 1;
      length += (byte & 127) << shift;
      if (length > lengthMax) return 'packet-too-large';
      if (byte < 128) {
        // One form for each length, so that no check sees another one than a later reader.
        if (byte === 0 && shift > 0) return 'length';
        break;
      }
    }
    const end = at + length;
    if (end > this.#end) return undefined;
    this.#start = end;
    return { type, flags, bytes, start: at, end };
  }
}
