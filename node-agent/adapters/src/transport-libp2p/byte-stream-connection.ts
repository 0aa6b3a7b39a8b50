/**
 * A byte stream of a medium as libp2p wants a raw connection, so that Noise and Yamux run on it
 * unchanged. Step 4 of a message's way. It keeps nothing: what the stream does not take now waits
 * in the library's buffers, which are bounded where every connection's are.
 */
import type { AbortOptions, Logger, MessageStreamDirection } from '@libp2p/interface';
import { AbstractMultiaddrConnection } from '@libp2p/utils';
import type { Multiaddr } from '@multiformats/multiaddr';
import { type ByteStream, equalBytes } from '@muster/core';

/** The bytes of a Uint8ArrayList. */
interface ByteList {
  readonly byteLength: number;
  subarray(): Uint8Array;
}

export interface ByteStreamConnectionOptions {
  readonly stream: ByteStream;
  readonly remoteAddr: Multiaddr;
  readonly direction: MessageStreamDirection;
  readonly log: Logger;
}

/**
 * What a dialler says first (multistream-select 1.0), and what the other end answers word for word.
 * Nothing else is spoken here, so the handshake goes on without waiting for that answer: a round
 * trip less. Should the library begin in another way, it waits as ever.
 */
const wantsNoise = new TextEncoder().encode('\x13/multistream/1.0.0\n\x07/noise\n');

export class ByteStreamConnection extends AbstractMultiaddrConnection {
  readonly #stream: ByteStream;
  /** Of the answer, still to come. */
  #awaited = new Uint8Array(0);

  constructor({ stream, ...init }: ByteStreamConnectionOptions) {
    super(init);
    this.#stream = stream;
    stream.start({
      onBytes: (bytes) => this.#onBytes(bytes),
      onDrain: () => this.safeDispatchEvent('drain'),
      // Whoever closes well says so inside Yamux first; a stream that merely ends was lost.
      onClose: (reason) => this.onTransportClosed(new Error(reason)),
    });
  }

  sendData(data: ByteList): { sentBytes: number; canSendMore: boolean } {
    const bytes = data.subarray();
    if (this.direction === 'outbound' && equalBytes(bytes, wantsNoise)) {
      this.#awaited = wantsNoise;
      queueMicrotask(() => this.onData(wantsNoise));
    }
    const canSendMore = this.#stream.send(bytes);
    return { sentBytes: bytes.length, canSendMore };
  }

  async sendClose(_options?: AbortOptions): Promise<void> {
    this.#stream.close('closed');
  }

  sendReset(error: Error): void {
    this.#stream.close(error.message);
  }

  #onBytes(bytes: Uint8Array): void {
    const answer = bytes.subarray(0, this.#awaited.length);
    if (!equalBytes(answer, this.#awaited.subarray(0, answer.length))) {
      this.abort(new Error('the other end speaks no Noise'));
      return;
    }
    this.#awaited = this.#awaited.subarray(answer.length);
    this.onData(bytes.subarray(answer.length));
  }

  /** A medium cannot pause: credit bounds what comes, the read buffer what came too early. */
  sendPause(): void {}

  sendResume(): void {}
}
