/**
 * Accepts the WebSockets of phones (RFC 6455) and puts a session on each. Request rate, Host and
 * Origin were checked before; here the caps per address, the subprotocol and the frame size. Never
 * compresses: a small frame could stand for a very large one.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock, Logger } from '@muster/core';
import { type WebSocket, WebSocketServer } from 'ws';
import { addressGroup } from '../http/address.ts';
import { AddressBuckets } from '../http/address-buckets.ts';
import { type ApiError, apiErrors } from '../http/answer.ts';
import { ConnectionCounter } from '../http/connections.ts';
import type { Hub } from './hub.ts';
import { type CloseCode, socketLimits } from './limits.ts';
import { socketPath, subprotocol } from './place.ts';
import type { ClientSocket } from './session.ts';

export interface AcceptorOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hub: Hub;
}

export class Acceptor {
  readonly #options: AcceptorOptions;
  readonly #rates = new AddressBuckets(socketLimits.openingRate, socketLimits.addressesMax);
  readonly #counter = new ConnectionCounter(socketLimits.sessionsPerAddressMax);
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: socketLimits.frameBytesMax,
    handleProtocols: () => subprotocol,
  });

  constructor(options: AcceptorOptions) {
    this.#options = options;
  }

  /** Takes a checked upgrade request over, or says why not. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): ApiError | undefined {
    const path = request.url!.split('?', 1)[0];
    const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/);
    if (path !== socketPath || !offered.includes(subprotocol)) return apiErrors.upgradeUnknown;
    const address = addressGroup(request.socket.remoteAddress ?? '');
    const nowMs = this.#options.clock.monotonicMs();
    if (!this.#rates.take(address, nowMs)) return apiErrors.tooMany;
    if (this.#options.hub.sessions >= socketLimits.sessionsMax) return apiErrors.socketsFull;
    if (!this.#counter.add(socket as Socket)) return apiErrors.tooMany;
    this.#server.handleUpgrade(request, socket, head, (webSocket) =>
      this.#onSocket(webSocket, address),
    );
    return undefined;
  }

  #onSocket(webSocket: WebSocket, address: string): void {
    const { hub, logger, clock } = this.#options;
    const session = hub.add(clientSocketOf(webSocket, clock, address));
    if (!session) {
      webSocket.terminate();
      return;
    }
    webSocket.on('message', (data, isBinary) => {
      // A binary frame is no JSON; the empty text is answered as such.
      session.onFrame(isBinary ? '' : String(data));
    });
    webSocket.on('close', () => hub.remove(session));
    // Frames that break RFC 6455 or its limits: the library closes with the right code.
    webSocket.on('error', (error) => logger.debug('socket broken', { error: error.message }));
  }
}

function clientSocketOf(webSocket: WebSocket, clock: Clock, address: string): ClientSocket {
  return {
    address,
    get waitingBytes() {
      return webSocket.bufferedAmount;
    },
    send(frame, onSent) {
      webSocket.send(frame, () => onSent?.());
    },
    close(code: CloseCode, reason: string) {
      webSocket.close(code, reason);
      const timer = clock.after(socketLimits.closingMsMax, () => webSocket.terminate());
      webSocket.once('close', () => timer.cancel());
    },
  };
}
