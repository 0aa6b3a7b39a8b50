/**
 * A byte stream of a medium as libp2p wants a raw connection, so that Noise and Yamux run on it
 * unchanged. Step 4 of a message's way. It keeps nothing: what the stream does not take now waits
 * in the library's buffers, which are bounded where every connection's are.
 */
import type { AbortOptions, Logger, MessageStreamDirection } from '@libp2p/interface';
import { AbstractMultiaddrConnection } from '@libp2p/utils';
import type { Multiaddr } from '@multiformats/multiaddr';
import type { ByteStream } from '@muster/core';

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

export class ByteStreamConnection extends AbstractMultiaddrConnection {
  readonly #stream: ByteStream;

  constructor({ stream, ...init }: ByteStreamConnectionOptions) {
    super(init);
    this.#stream = stream;
    stream.start({
      onBytes: (bytes) => this.onData(bytes),
      onDrain: () => this.safeDispatchEvent('drain'),
      // Whoever closes well says so inside Yamux first; a stream that merely ends was lost.
      onClose: (reason) => this.onTransportClosed(new Error(reason)),
    });
  }

  sendData(data: ByteList): { sentBytes: number; canSendMore: boolean } {
    const canSendMore = this.#stream.send(data.subarray());
    return { sentBytes: data.byteLength, canSendMore };
  }

  async sendClose(_options?: AbortOptions): Promise<void> {
    this.#stream.close('closed');
  }

  sendReset(error: Error): void {
    this.#stream.close(error.message);
  }

  /** A medium cannot pause: credit bounds what comes, the read buffer what came too early. */
  sendPause(): void {}

  sendResume(): void {}
}
