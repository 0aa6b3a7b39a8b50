/**
 * Takes WebSockets of MQTT clients (MQTT 3.1.1, 6): plain or TLS by the first byte, then Host and
 * Origin, then the subprotocol. Never compresses: a small frame could stand for a very large one.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type SecureContext, TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { Wire } from '../broker/wire.ts';
import { mqttLimits } from '../limits.ts';
import { isOwnPage } from './origin.ts';
import { WebSocketWire } from './web-socket-wire.ts';

export interface WebSocketDoorOptions {
  readonly hostNames: readonly string[];
  readonly secureContext: SecureContext | undefined;
  onWire(wire: Wire): void;
}

/** First byte of a TLS handshake (RFC 8446, 5.1). */
const tlsHandshake = 0x16;
const subprotocol = 'mqtt';

export class WebSocketDoor {
  readonly #options: WebSocketDoorOptions;
  readonly #wires = new WeakMap<Duplex, WebSocketWire>();
  /** Never listens; it is given sockets. */
  readonly #http = createServer({ maxHeaderSize: mqttLimits.headerBytesMax });
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: mqttLimits.frameBytesMax,
    handleProtocols: () => subprotocol,
  });

  constructor(options: WebSocketDoorOptions) {
    this.#options = options;
    this.#http.on('request', (_request, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end();
    });
    this.#http.on('upgrade', (request, socket, head) => this.#onUpgrade(request, socket, head));
    this.#http.on('clientError', (_error, socket) => socket.destroy());
  }

  take(socket: Socket): void {
    const wire = new WebSocketWire(socket);
    socket.once('data', (chunk: Buffer) => {
      socket.pause();
      socket.unshift(chunk);
      const { secureContext } = this.#options;
      const isTls = chunk[0] === tlsHandshake && secureContext !== undefined;
      const inner = isTls ? new TLSSocket(socket, { isServer: true, secureContext }) : socket;
      inner.on('error', () => socket.destroy());
      this.#wires.set(inner, wire);
      this.#http.emit('connection', inner);
      inner.resume();
    });
    this.#options.onWire(wire);
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { host, origin } = request.headers;
    const { localAddress } = request.socket;
    if (!isOwnPage({ host, origin }, localAddress, this.#options.hostNames)) {
      refuse(socket, '403 Forbidden');
      return;
    }
    const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
    const wire = this.#wires.get(socket);
    if (!offered.includes(subprotocol) || !wire) {
      refuse(socket, '400 Bad Request');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => wire.upgraded(webSocket));
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
