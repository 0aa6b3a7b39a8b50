/**
 * Puts the messages of one stream together again from the frames that carried it (step 4 of a
 * message's way). It never holds more than one message, and never one longer than allowed.
 */
export class StreamAssembler {
  readonly #messageBytesMax: number;
  readonly #onMessage: (message: Uint8Array) => boolean;
  /** Length of the message under way as read so far, and how many of its bytes were read. */
  #length = 0;
  #scale = 1;
  #message: Uint8Array | undefined;
  #filled = 0;

  /** `onMessage` gets a view that is valid while it runs; false stops everything. */
  constructor(messageBytesMax: number, onMessage: (message: Uint8Array) => boolean) {
    this.#messageBytesMax = messageBytesMax;
    this.#onMessage = onMessage;
  }

  /** A frame that is one whole message; false when malformed or stopped. */
  single(body: Uint8Array): boolean {
    if (this.#message !== undefined || this.#scale !== 1) return false;
    if (body.length === 0 || body.length > this.#messageBytesMax) return false;
    return this.#onMessage(body);
  }

  /** The next bytes of the stream; false when malformed or stopped. */
  push(bytes: Uint8Array): boolean {
    if (bytes.length === 0) return false;
    let at = 0;
    while (at < bytes.length) {
      if (this.#message === undefined) {
        const whole = this.#readLength(bytes[at++]!);
        if (whole === undefined) return false;
        if (!whole) continue;
        if (this.#length <= bytes.length - at) {
          // All of it is here: no copy.
          const message = bytes.subarray(at, at + this.#length);
          at += this.#length;
          this.#begin();
          if (!this.#onMessage(message)) return false;
        } else {
          this.#message = new Uint8Array(this.#length);
        }
      } else {
        const part = bytes.subarray(at, at + this.#length - this.#filled);
        this.#message.set(part, this.#filled);
        this.#filled += part.length;
        at += part.length;
        if (this.#filled < this.#length) continue;
        const message = this.#message;
        this.#begin();
        if (!this.#onMessage(message)) return false;
      }
    }
    return true;
  }

  /** True when the length is complete; undefined when it is not one that is allowed. */
  #readLength(byte: number): boolean | undefined {
    this.#length += (byte & 127) * this.#scale;
    if (this.#length > this.#messageBytesMax) return undefined;
    if (byte >= 128) {
      this.#scale *= 128;
      return this.#scale > this.#messageBytesMax ? undefined : false;
    }
    // Zero, or zeros at the end of a longer form.
    if (byte === 0) return undefined;
    return true;
  }

  #begin(): void {
    this.#message = undefined;
    this.#length = 0;
    this.#scale = 1;
    this.#filled = 0;
  }
}
