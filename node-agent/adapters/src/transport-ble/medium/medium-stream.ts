/**
 * A stream as the medium keeps it while it lives: passes everything on, and knows when it ends and
 * how much it carried. Step 4 of a message's way.
 */
import type { ByteStream, ByteStreamHandlers } from '@muster/core';
import type { BleConnection } from '../ble.ts';
import type { BleStream } from '../stream/index.ts';
import { linkLimits } from './limits.ts';
import type { Station } from './station.ts';

export interface MediumStreamParts {
  readonly stream: BleStream;
  readonly connection: BleConnection;
  readonly station: Station;
  readonly sinceMs: number;
  readonly onEnd: (ended: MediumStream, reason: string) => void;
}

export class MediumStream implements ByteStream {
  readonly stream: BleStream;
  readonly connection: BleConnection;
  readonly station: Station;
  readonly sinceMs: number;
  /** Once the handshake above has proven it. */
  nodeKey: Uint8Array | undefined;
  readonly #onEnd: MediumStreamParts['onEnd'];
  #isStarted = false;
  #payloadAtLook = 0;
  #used = 0;
  #lookedMs: number;

  constructor({ stream, connection, station, sinceMs, onEnd }: MediumStreamParts) {
    this.stream = stream;
    this.connection = connection;
    this.station = station;
    this.sinceMs = sinceMs;
    this.#lookedMs = sinceMs;
    this.#onEnd = onEnd;
  }

  get address(): string {
    return this.stream.address;
  }

  get initiator(): boolean {
    return this.stream.initiator;
  }

  start(handlers: ByteStreamHandlers): void {
    this.#isStarted = true;
    this.stream.start({
      onBytes: (bytes) => handlers.onBytes(bytes),
      onDrain: () => handlers.onDrain(),
      onClose: (reason) => {
        this.#onEnd(this, reason);
        handlers.onClose(reason);
      },
    });
  }

  send(bytes: Uint8Array): boolean {
    return this.stream.send(bytes);
  }

  close(reason: string): void {
    // Nobody listens yet, and its end must be heard of.
    if (!this.#isStarted) this.start({ onBytes() {}, onDrain() {}, onClose() {} });
    this.stream.close(reason);
  }

  /** Payload bytes of both ways, of which half are forgotten in each useHalfMs. */
  used(nowMs: number): number {
    const { payloadBytesSent, payloadBytesReceived } = this.stream.counts;
    const payload = payloadBytesSent + payloadBytesReceived;
    const faded = this.#used * 0.5 ** ((nowMs - this.#lookedMs) / linkLimits.useHalfMs);
    this.#used = faded + payload - this.#payloadAtLook;
    this.#payloadAtLook = payload;
    this.#lookedMs = nowMs;
    return this.#used;
  }
}
