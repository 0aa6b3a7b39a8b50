/**
 * Frames on a byte stream: an unsigned LEB128 length (1 to 3 bytes), then as many bytes. Length 0
 * announces a control byte: 1 asks "are you there", 2 answers, 3 says "I left our cheaper links for
 * this one". Step 4 of a message's way. Input from the peer yields a reason, never an exception;
 * nothing is allocated beyond maxFrameBytes.
 */

export const Control = { ping: 1, pong: 2, left: 3 } as const;

export type FramingFault = 'frame-size' | 'framing';

export interface FrameSink {
  /** A frame of its own memory. Returning false stops the reader for good. */
  onFrame(frame: Uint8Array): boolean;
  onControl(kind: number): void;
}

/** Three bytes carry lengths up to 2^21 - 1. */
const lengthBitsMax = 21;

/** Collects frames and hands them out joined, so that a turn's frames cost one message. */
export class FrameWriter {
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** Bytes waiting, prefixes included. */
  get bytes(): number {
    return this.#bytes;
  }

  add(frame: Uint8Array): void {
    this.#push(lengthPrefix(frame.length));
    this.#push(frame);
  }

  addControl(kind: number): void {
    this.#push(new Uint8Array([0, kind]));
  }

  /** Whole parts of up to about `bytesMax` bytes in one piece; undefined when none wait. */
  take(bytesMax: number): Uint8Array | undefined {
    if (this.#bytes === 0) return undefined;
    let count = 0;
    let bytes = 0;
    while (count < this.#parts.length) {
      const next = this.#parts[count]!.length;
      if (count > 0 && bytes + next > bytesMax) break;
      bytes += next;
      count += 1;
    }
    const joined = new Uint8Array(bytes);
    let at = 0;
    for (const part of this.#parts.splice(0, count)) {
      joined.set(part, at);
      at += part.length;
    }
    this.#bytes -= bytes;
    return joined;
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#bytes += part.length;
  }
}

function lengthPrefix(length: number): Uint8Array {
  if (length < 0x80) return new Uint8Array([length]);
  if (length < 0x4000) return new Uint8Array([(length & 0x7f) | 0x80, length >> 7]);
  return new Uint8Array([(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14]);
}

/** Cuts a stream of chunks into frames. */
export class FrameReader {
  readonly #maxFrameBytes: number;
  readonly #sink: FrameSink;
  #length = 0;
  #shift = 0;
  #control = false;
  #frame: Uint8Array | undefined;
  #filled = 0;
  #stopped = false;

  constructor(maxFrameBytes: number, sink: FrameSink) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#sink = sink;
  }

  /** Undefined when all is well; after a fault nothing more is read. */
  push(chunk: Uint8Array): FramingFault | undefined {
    let at = 0;
    while (at < chunk.length && !this.#stopped) {
      if (this.#frame !== undefined) {
        at += this.#fill(this.#frame, chunk, at);
        continue;
      }
      const byte = chunk[at]!;
      at += 1;
      const fault = this.#control ? this.#takeControl(byte) : this.#takeLength(byte);
      if (fault === undefined) continue;
      this.#stopped = true;
      return fault;
    }
    return undefined;
  }

  #takeControl(byte: number): FramingFault | undefined {
    this.#control = false;
    if (byte < Control.ping || byte > Control.left) return 'framing';
    this.#sink.onControl(byte);
    return undefined;
  }

  #takeLength(byte: number): FramingFault | undefined {
    // One canonical form: no leading zero groups.
    if (byte === 0 && this.#shift > 0) return 'framing';
    this.#length |= (byte & 0x7f) << this.#shift;
    this.#shift += 7;
    if (byte >= 0x80) return this.#shift < lengthBitsMax ? undefined : 'framing';
    const length = this.#length;
    this.#length = 0;
    this.#shift = 0;
    if (length > this.#maxFrameBytes) return 'frame-size';
    if (length === 0) this.#control = true;
    else this.#frame = new Uint8Array(length);
    return undefined;
  }

  /** Copies what belongs to the frame; the bytes used. */
  #fill(frame: Uint8Array, chunk: Uint8Array, at: number): number {
    const bytes = Math.min(frame.length - this.#filled, chunk.length - at);
    frame.set(chunk.subarray(at, at + bytes), this.#filled);
    this.#filled += bytes;
    if (this.#filled === frame.length) {
      this.#frame = undefined;
      this.#filled = 0;
      if (!this.#sink.onFrame(frame)) this.#stopped = true;
    }
    return bytes;
  }
}
