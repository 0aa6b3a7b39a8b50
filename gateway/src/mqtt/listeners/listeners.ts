/**
 * The doors of the broker: plain TCP, TLS, and WebSocket with and without TLS on one port. Each
 * gives a Wire; what comes over it is not looked at here.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { createSecureContext, TLSSocket } from 'node:tls';
import { MusterError } from '@muster/core';
import type { Wire } from '../broker/wire.ts';
import { SocketWire } from './socket-wire.ts';
import { WebSocketDoor } from './web-socket-door.ts';

export interface TlsKey {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

export interface ListenerOptions {
  readonly host: string;
  /** 0: chosen by the system. */
  readonly port: number;
  /** Served only where there is a certificate. */
  readonly tlsPort?: number;
  readonly webSocketPort?: number;
  readonly tls?: TlsKey;
  /** Names for Host headers beside addresses and `localhost`; by default the machine's. */
  readonly hostNames?: readonly string[];
}

export interface MqttPorts {
  readonly tcp: number;
  readonly tls?: number;
  readonly webSocket?: number;
}

/** Finds a client that fell off the network long before its keep-alive does. */
const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 };
export class Listeners {
  readonly #options: ListenerOptions;
  readonly #onWire: (wire: Wire) => void;
  #servers: Server[] = [];
  #ports: MqttPorts | undefined;

  constructor(options: ListenerOptions, onWire: (wire: Wire) => void) {
    this.#options = options;
    this.#onWire = onWire;
  }

  /** A MusterError when a port cannot be had; `stop` then closes the others. */
  async start(): Promise<void> {
    const { port, tlsPort, webSocketPort, tls, hostNames = machineNames() } = this.#options;
    const secureContext = tls && createSecureContext(tls);
    const onSocket = (socket: Socket) => this.#onWire(new SocketWire(socket));
    let ports: MqttPorts = { tcp: await this.#listen(port, onSocket) };
    if (secureContext && tlsPort !== undefined) {
      const onTls = (socket: Socket) => {
        onSocket(new TLSSocket(socket, { isServer: true, secureContext }));
      };
      ports = { ...ports, tls: await this.#listen(tlsPort, onTls) };
    }
    if (webSocketPort !== undefined) {
      const door = new WebSocketDoor({ hostNames, secureContext, onWire: this.#onWire });
      const onPage = (socket: Socket) => door.take(socket);
      ports = { ...ports, webSocket: await this.#listen(webSocketPort, onPage) };
    }
    this.#ports = ports;
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

  #listen(port: number, onSocket: (socket: Socket) => void): Promise<number> {
    const { host } = this.#options;
    const server = createServer(socketOptions, onSocket);
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)));
      server.listen({ host, port }, () => resolve((server.address() as AddressInfo).port));
    });
  }
}

/** Lower case: as the system has it, and as mDNS does. */
function machineNames(): string[] {
  const name = hostname().toLowerCase();
  return [name, `${name.split('.', 1)[0]}.local`];
}

function listenError(error: NodeJS.ErrnoException, port: number): MusterError {
  const code = error.code === 'EADDRINUSE' ? 'mqtt-port-taken' : 'mqtt-port';
  return new MusterError(
    code,
    `MQTT port ${port} cannot be opened (${error.code})`,
    'Stop what uses it, or choose another port in the configuration.',
    { cause: error },
  );
}
