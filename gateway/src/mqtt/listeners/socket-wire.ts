/** A TCP or TLS socket as the wire of an MQTT client. */
import type { Socket } from 'node:net';
import { unheard, type Wire } from '../broker/wire.ts';

export class SocketWire implements Wire {
  readonly address: string;
  events = unheard;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.address = socket.remoteAddress ?? '';
    socket.on('data', (chunk: Buffer) => this.events.onBytes(chunk));
    // Its 'close' follows, and says all that matters.
    socket.on('error', () => {});
    socket.on('close', () => this.events.onClose());
  }

  write(bytes: Buffer, onTaken: () => void): void {
    this.#socket.write(bytes, (error) => {
      if (!error) onTaken();
    });
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
