/** The doors of the broker: plain TCP, TLS and WebSocket, each where it is configured. */
import { createServer, type Server, type Socket } from 'node:net';
import { MusterError } from '@muster/core';
import type { Wire } from '../broker/wire.ts';
import { SocketWire } from './socket-wire.ts';

export interface ListenerOptions {
  readonly host: string;
  /** 0: chosen by the system. */
  readonly port: number;
}

export interface MqttPorts {
  readonly tcp: number;
}

export class Listeners {
  readonly #options: ListenerOptions;
  readonly #onWire: (wire: Wire) => void;
  #servers: Server[] = [];
  #ports: MqttPorts | undefined;

  constructor(options: ListenerOptions, onWire: (wire: Wire) => void) {
    this.#options = options;
    this.#onWire = onWire;
  }

  async start(): Promise<void> {
    const { host, port } = this.#options;
    const tcp = createServer((socket) => this.#onSocket(socket));
    this.#ports = { tcp: await this.#listen(tcp, host, port) };
  }

  /** The ports that are served; an error before `start`. */
  ports(): MqttPorts {
    if (!this.#ports) throw new Error('the broker has not been started');
    return this.#ports;
  }

  /** Takes no more connections; those that are open are not its affair. */
  stop(): void {
    for (const server of this.#servers) server.close();
    this.#servers = [];
  }

  #onSocket(socket: Socket): void {
    socket.setNoDelay(true);
    // Finds a client that fell off the network long before its keep-alive does.
    socket.setKeepAlive(true, keepAliveMs);
    this.#onWire(new SocketWire(socket));
  }

  #listen(server: Server, host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
      server.listen({ host, port }, () => {
        this.#servers.push(server);
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }
}

const keepAliveMs = 60_000;

function listenError(error: NodeJS.ErrnoException, port: number): MusterError {
  const code = error.code === 'EADDRINUSE' ? 'mqtt-port-taken' : 'mqtt-port';
  return new MusterError(
    code,
    `MQTT port ${port} cannot be opened (${error.code})`,
    'Stop what uses it, or choose another port in the configuration.',
    { cause: error },
  );
}
