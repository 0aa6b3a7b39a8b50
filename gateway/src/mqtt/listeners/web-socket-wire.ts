/**
 * A WebSocket (RFC 6455) as the wire of an MQTT client. It is one from its first byte on, before
 * TLS and the upgrade are through, so that the same bounds hold for whoever never gets there.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { unheard, type Wire } from '../broker/wire.ts';

export class WebSocketWire implements Wire {
  readonly address: string;
  events = unheard;
  readonly #socket: Socket;
  #webSocket: WebSocket | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.address = socket.remoteAddress ?? '';
    socket.on('error', () => {});
    socket.on('close', () => this.events.onClose());
  }

  upgraded(webSocket: WebSocket): void {
    this.#webSocket = webSocket;
    // MQTT 3.1.1, 6.0: binary frames only; they need not end where a packet ends.
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) this.events.onBytes(data as Buffer);
      else this.destroy();
    });
    webSocket.on('error', () => this.destroy());
    webSocket.on('close', () => this.#socket.destroy());
  }

  write(bytes: Buffer, onTaken: () => void): void {
    this.#webSocket?.send(bytes, (error) => {
      if (!error) onTaken();
    });
  }

  pause(): void {
    this.#webSocket?.pause();
  }

  resume(): void {
    this.#webSocket?.resume();
  }

  end(): void {
    if (this.#webSocket) this.#webSocket.close();
    else this.#socket.destroy();
  }

  destroy(): void {
    this.#webSocket?.terminate();
    this.#socket.destroy();
  }
}
