/** A link of the core on a stream of a medium: a length of two bytes, and nothing of libp2p. */
import { type ByteStream, concat, type Link, type LinkHandlers } from '@muster/core';

export class FramedLink implements Link {
  readonly peerKey: Uint8Array;
  readonly maxFrameBytes = 2_048;
  readonly costClass = 'radio';
  readonly #stream: ByteStream;
  #handlers: LinkHandlers | undefined;
  #came: Uint8Array = new Uint8Array(0);
  #closed: string | undefined;

  constructor(peerKey: Uint8Array, stream: ByteStream) {
    this.peerKey = peerKey;
    this.#stream = stream;
  }

  get initiator(): boolean {
    return this.#stream.initiator;
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers;
    this.#deliver();
    if (this.#closed !== undefined) handlers.onClose(this.#closed);
  }

  send(frame: Uint8Array): boolean {
    return this.#stream.send(concat(Uint8Array.of(frame.length >> 8, frame.length & 0xff), frame));
  }

  close(reason: string): void {
    this.#stream.close(reason);
  }

  onBytes(bytes: Uint8Array): void {
    this.#came = concat(this.#came, bytes);
    this.#deliver();
  }

  onDrain(): void {
    this.#handlers?.onDrain();
  }

  onClose(reason: string): void {
    this.#closed = reason;
    this.#handlers?.onClose(reason);
  }

  #deliver(): void {
    while (this.#handlers !== undefined && this.#came.length >= 2) {
      const end = 2 + ((this.#came[0]! << 8) | this.#came[1]!);
      if (this.#came.length < end) return;
      const frame = this.#came.slice(2, end);
      this.#came = this.#came.slice(end);
      this.#handlers.onFrame(frame);
    }
  }
}
